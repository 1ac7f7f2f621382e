import { spawn } from "node:child_process";
import {
  isListenable,
  listenForRedirect,
  type Redirect,
  type RedirectListener,
  type RedirectPage,
} from "../../clients/entra/loopback-redirect";
import { counted } from "../../model/command-line";
import type { CommandContext } from "../shared/command";
import { CommandError } from "../shared/document";
import { readSecretLine } from "../token/read-secret-line";
import { readPasted } from "./authorization";

/** How the answer of a sign-in comes back to this process. */
export interface Way {
  /** Shows the address to the user and waits for the answer. */
  wait(url: string, userName: string): Promise<URLSearchParams>;
  /** Tells the user's browser how it ended, where there is one. */
  show(page: RedirectPage): Promise<void>;
  stop(): Promise<void>;
}

/** How the user wants to answer: in a browser that this machine opens, or by pasting an address. */
export interface WayOptions {
  readonly browser: boolean;
  readonly paste: boolean;
}

interface Expected {
  readonly redirectUri: string;
  readonly state: string;
}

/** Longer than a code of Entra lives: who comes later signs in again. */
const PATIENCE_MS = 15 * 60_000;

/** Over a port of this machine, or pasted by a person. */
export async function waysBack(options: WayOptions, expected: Expected, context: CommandContext): Promise<Way> {
  if (options.paste) return pasting(expected, context);
  if (!isListenable(expected.redirectUri)) {
    throw problem(
      "not-loopback",
      `application.redirectUri is ${expected.redirectUri}, where this machine cannot listen`,
      "Run it with --paste, and paste the address that the browser ends at.",
    );
  }
  return listening(options, expected, context);
}

async function listening(options: WayOptions, expected: Expected, context: CommandContext): Promise<Way> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const signal = AbortSignal.any([context.signal, patience]);
  const listener = await listenForRedirect({ ...expected, signal }).catch(
    (error: NodeJS.ErrnoException): RedirectListener => {
      throw problem(
        "port-taken",
        `cannot listen at ${expected.redirectUri} (${error.code ?? "failed"})`,
        "Another sign-in may be open: end it, or run this one with --paste.",
      );
    },
  );
  let redirect: Redirect | undefined;
  return {
    async wait(url, userName) {
      const isOpened = options.browser && context.isTerminal && openBrowser(url);
      context.stderr.write(
        `${isOpened ? "A browser opens. If not, open" : "Open"} this address and sign in as ${userName}:\n${url}\n`,
      );
      redirect = await listener.arrived.catch(() => {
        throw patience.aborted
          ? problem(
              "timeout",
              `nobody signed in within ${counted(PATIENCE_MS / 60_000, "minute")}`,
              "Start it again when the user is available.",
            )
          : problem("interrupted", "interrupted before anyone signed in", "");
      });
      return redirect.parameters;
    },
    async show(page) {
      await redirect?.answer(page);
    },
    stop: () => listener.stop(),
  };
}

function pasting(expected: Expected, context: CommandContext): Way {
  return {
    async wait(url, userName) {
      const { stderr } = context;
      stderr.write(`Open this address anywhere and sign in as ${userName}:\n${url}\n`);
      stderr.write(
        `The browser then shows a page that it cannot reach, at ${expected.redirectUri}: paste its whole address here.\n`,
      );
      const read = readPasted(await readSecretLine("address", context), expected.redirectUri, expected.state);
      if (typeof read !== "string") return read;
      throw problem("bad-address", read, "Run it again and paste the address of the page after the sign-in.");
    },
    show: async () => undefined,
    stop: async () => undefined,
  };
}

/** The system's own opener; nothing depends on whether it worked, because the address is printed as well. */
function openBrowser(url: string): boolean {
  const [command, ...before] =
    process.platform === "darwin"
      ? ["open"]
      : process.platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler"]
        : ["xdg-open"];
  const child = spawn(command as string, [...before, url], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
  return true;
}

function problem(code: string, message: string, fix: string): CommandError {
  return new CommandError([{ code, message, fix }]);
}
