import { PassThrough, Readable } from "node:stream";
import { readSecretLine } from "../../../cli/token/read-secret-line";
import { captureContext } from "../../support/captured-context";

const fromInput = (...chunks: string[]) => {
  const { context, stderr } = captureContext({ stdin: Readable.from(chunks) });
  return { line: readSecretLine("password", context), stderr };
};

describe("a secret line from standard input", () => {
  it.each([
    [["secret"], "secret"],
    [["secret\n"], "secret"],
    [["secret\r\n", "more\n"], "secret"],
    [["sec", "ret\nmore"], "secret"],
    [[" with blanks \n"], " with blanks "],
    [["pässwörd\n"], "pässwörd"],
  ])("of %j is %j", async (chunks, wanted) => {
    const { line, stderr } = fromInput(...chunks);
    expect(await line).toBe(wanted);
    expect(stderr()).toBe("");
  });

  it.each([[[]], [[""]], [["\n"]]])("of %j is none, and says so", async (chunks: string[]) => {
    await expect(fromInput(...chunks).line).rejects.toThrow("no password on standard input");
  });

  it("that never ends is refused", async () => {
    await expect(fromInput("x".repeat(70_000)).line).rejects.toThrow("does not end");
  });
});

/** A terminal that notes whether it was told to hide what is typed. */
function terminal(signal = new AbortController().signal) {
  const modes: boolean[] = [];
  const keyboard = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => modes.push(on),
  });
  const { context, stderr } = captureContext({ stdin: keyboard, isTerminal: true, signal });
  return { keyboard, modes, stderr, line: readSecretLine("password of reports", context) };
}

describe("a secret line from a person", () => {
  it("is asked for without echo, and may be corrected", async () => {
    const { keyboard, modes, stderr, line } = terminal();
    for (const keys of ["se", "c", "x\u007f", "\u001b", "rét\b\bet", "\r"]) keyboard.write(keys);
    expect(await line).toBe("secret");
    expect(modes).toEqual([true, false]);
    expect(stderr()).toBe("password of reports (not shown): \n");
  });

  it("ends with Ctrl-C, and the terminal shows again what is typed", async () => {
    const { keyboard, modes, line } = terminal();
    keyboard.write("half\u0003");
    await expect(line).rejects.toMatchObject({ problems: [{ code: "interrupted" }] });
    expect(modes).toEqual([true, false]);
  });

  it("ends when the command is told to stop", async () => {
    const abort = new AbortController();
    const { modes, line } = terminal(abort.signal);
    abort.abort("SIGTERM");
    await expect(line).rejects.toMatchObject({ problems: [{ code: "interrupted" }] });
    expect(modes).toEqual([true, false]);
  });
});
