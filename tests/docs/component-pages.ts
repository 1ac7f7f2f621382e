import ts from "typescript";
import { prose, table } from "./generated-section";
import { read } from "./markdown";

const source = "components/partner-access/partner-access-args.ts";

/** Every argument of a PartnerAccess with what its doc comment says. */
export function argumentTables(): string {
  const file = ts.createSourceFile(source, read(source), ts.ScriptTarget.ES2023, true);
  return file.statements.filter(ts.isInterfaceDeclaration).map(interfaceSection).join("\n");
}

function interfaceSection(declared: ts.InterfaceDeclaration): string {
  const rows = declared.members
    .filter(ts.isPropertySignature)
    .map((member) => [
      `\`${member.name.getText()}\`${member.questionToken ? "" : " (required)"}`,
      `\`${(member.type?.getText() ?? "").replace(/\s+/g, " ").replaceAll("pulumi.", "")}\``,
      prose(docOf(member)),
    ]);
  return `### \`${declared.name.text}\`\n\n${prose(docOf(declared))}\n\n${table(["Argument", "Type", "Meaning"], rows)}`;
}

/** The text of a doc comment; throws for one that is missing or too long, as it would be useless in a tool tip. */
function docOf(node: ts.Node): string {
  const [comment] = ts.getJSDocCommentsAndTags(node);
  const text = comment && ts.getTextOfJSDocComment(comment.comment);
  if (!text) throw new Error(`${node.getText().split("\n")[0]} has no doc comment`);
  if (text.split("\n").length > 3) throw new Error(`the doc comment of ${node.getText().split("\n")[0]} is too long`);
  return text.replace(/\s+/g, " ").trim();
}
