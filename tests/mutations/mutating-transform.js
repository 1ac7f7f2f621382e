const { createHash } = require("node:crypto");
const { createTransformer } = require("@swc/jest");

/** The project's own transform, with one place of one source file replaced on the way: the file itself stays as it is. */
module.exports = {
  createTransformer({ swc, mutation }) {
    const plain = createTransformer(swc);
    const mutate = (text, file) => {
      if (mutation === undefined || file !== mutation.file) return text;
      if (text.split(mutation.find).length !== 2)
        throw new Error(`the mutation of ${file} does not apply exactly once`);
      return text.replace(mutation.find, () => mutation.replace);
    };
    return {
      process: (text, file, options) => plain.process(mutate(text, file), file, options),
      // Of the mutated text: every other file shares its entry with the runs that mutate something else.
      getCacheKey: (text, file, options) =>
        createHash("sha256")
          .update(plain.getCacheKey(mutate(text, file), file, options))
          .update(mutate(text, file))
          .digest("hex"),
    };
  },
};
