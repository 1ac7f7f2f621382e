import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { commands } from "../../../cli/commands";
import { createProgram } from "../../../cli/main";
import { captureContext } from "../../support/captured-context";

const root = resolve(__dirname, "../../..");
const folders = [
  "cli",
  "clients",
  "components",
  "configuration",
  "model",
  "permissions",
  "rotation",
  "tokens",
  "policy",
];
const files = [
  ...folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  ),
  "index.ts",
].filter((file) => file.endsWith(".ts"));

interface Printed {
  readonly place: string;
  /** The words of the command; what is only known later is "x". */
  readonly words: readonly string[];
  /** What the message goes on with. */
  readonly after: string;
}

const parsed = files.map((file) =>
  ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true),
);
const visit = (node: ts.Node, see: (node: ts.Node) => void): void => {
  see(node);
  node.forEachChild((child) => visit(child, see));
};
const placeOf = (node: ts.Node) =>
  `${node.getSourceFile().fileName}:${node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
const wordOf = (node: ts.Expression) => (ts.isStringLiteralLike(node) ? node.text : "x");

/** Every call of `commandLine`, wherever it stands. */
const printed: readonly Printed[] = parsed.flatMap((source) => {
  const found: Printed[] = [];
  visit(source, (node) => {
    if (!ts.isCallExpression(node) || node.expression.getText() !== "commandLine") return;
    const span = ts.isTemplateSpan(node.parent) ? node.parent : undefined;
    // How many words a list has is only known later.
    const words = node.arguments.filter((argument) => !ts.isSpreadElement(argument)).map(wordOf);
    found.push({ place: placeOf(node), words, after: span?.literal.text ?? "" });
  });
  return found;
});

/** Parses a command line against the declarations, and runs nothing. */
function refusal(words: readonly string[]): string | undefined {
  const { context, stderr } = captureContext();
  const program = createProgram(context, () => undefined);
  for (const command of program.commands) command.action(() => undefined);
  try {
    program.parse([...words], { from: "user" });
    return undefined;
  } catch (error) {
    return (error as { exitCode?: number }).exitCode === 0 ? undefined : stderr();
  }
}

describe("a command in a message", () => {
  it("takes what the declared commands take", () => {
    expect(printed.length).toBeGreaterThan(60);
    // Only a program's own words are known here: a name that is decided later stands for a command by itself.
    const known = printed.filter(({ words }) => words[0] !== "x" && words.length > 1);
    const wrong = known.map(({ place, words }) => ({ place, words, refusal: refusal(words) }));
    expect(wrong.filter((it) => it.refusal !== undefined)).toEqual([]);
    const names = new Set<string>(commands.map(({ name }) => name));
    expect(printed.filter(({ words }) => !names.has(words[0] ?? "") && words[0] !== "x")).toEqual([]);
  });

  it("is refused by this test where an option or a command does not exist", () => {
    expect(refusal(["recover", "-s", "x", "--lok", "y"])).toContain("unknown option '--lok'");
    expect(refusal(["recover"])).toContain("required option '-s, --stack <name>'");
    expect(refusal(["recover", "-s", "x", "--lock", "y"])).toBeUndefined();
  });

  it("ends its line or stands between backticks, so that nothing else is copied with it", () => {
    const open = printed.filter(({ after }) => after !== "" && !/^[`\n]/.test(after));
    // The example of a help text goes on with the words of its declaration.
    expect(open.filter(({ place }) => !place.startsWith("cli/main.ts"))).toEqual([]);
  });

  it("is spelled in one place only", () => {
    const names = commands.map(({ name }) => name).join("|");
    const spelled = new RegExp(`partner-access (?:-- )?(?:${names})\\b(?! (?:vault|rotator)\\b)`);
    const found = parsed.flatMap((source) => {
      const places: string[] = [];
      visit(source, (node) => {
        const isText =
          ts.isStringLiteralLike(node) ||
          ts.isTemplateHead(node) ||
          ts.isTemplateMiddle(node) ||
          ts.isTemplateTail(node);
        if (isText && spelled.test(node.text)) places.push(`${placeOf(node)} ${node.text}`);
      });
      return places;
    });
    // Declarations name their examples as themselves, and an identity in Entra is called after what it does.
    const allowed = /^cli\/[a-z-]+\/declaration\.ts:|"?partner-access deployer$/;
    expect(found.filter((it) => !allowed.test(it))).toEqual([]);
  });
});
