import { commandsIn } from "../../../model/command-line";
import type { Problem } from "../../shared/document";
import { html, type Markup, sentenceOf } from "./markup";

/** One problem: what is wrong, what to do, and the command to copy. */
export function problemItem({ code, message, fix }: Problem): Markup {
  const remedy = fix === "" ? null : html`<p class="fix">${fixPieces(fix)}</p>`;
  return html`<li><p>${sentenceOf(message)} <span class="code">${sentenceOf(code)}</span></p>${remedy}</li>`;
}

/** A remedy with each command of ours apart, so that it can be copied as it is. */
function fixPieces(fix: string): readonly Markup[] {
  const pieces: Markup[] = [];
  let rest = fix;
  for (const command of commandsIn(fix)) {
    const place = rest.indexOf(command);
    pieces.push(
      plain(rest.slice(0, place)),
      html`<span class="copyable"><code class="command" translate="no">${command}</code></span>`,
    );
    rest = rest.slice(place + command.length);
  }
  return [...pieces, plain(rest)];
}

/** Backticks around a command are for terminals. */
function plain(text: string): Markup {
  const bare = text.replace(/^`[.,;]?|`$/g, "").trim();
  return bare === "" ? html`` : html`${sentenceOf(bare)} `;
}
