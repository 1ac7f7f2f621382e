const { createHash } = require("node:crypto");
const { createTransformer } = require("@swc/jest");
const { mutate } = require("./syntax");

/** The project's own transform, with one place of one source file replaced on the way: the file itself stays as it is. */
module.exports = {
  createTransformer({ swc, mutation }) {
    const plain = createTransformer(swc);
    const mutated = (text, file) => (file === mutation?.file ? mutate(text, mutation) : text);
    return {
      process: (text, file, options) => plain.process(mutated(text, file), file, options),
      // Of the mutated text: every other file shares its entry with the runs that mutate something else.
      getCacheKey: (text, file, options) =>
        createHash("sha256")
          .update(plain.getCacheKey(mutated(text, file), file, options))
          .update(mutated(text, file))
          .digest("hex"),
    };
  },
};
