import { Turns } from "../../../../offline/emulator/http/turns";

/** Work that notes its begin and its end, with a pause between in which other work could slip in. */
function noting(notes: string[], name: string, fails = false): () => Promise<string> {
  return async () => {
    notes.push(`${name} begins`);
    await new Promise((done) => setTimeout(done, 10));
    notes.push(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  };
}

describe("the turns of requests", () => {
  it("pass one after another under one key, in the order of arrival", async () => {
    const turns = new Turns();
    const notes: string[] = [];
    const answers = await Promise.all([turns.take("a", noting(notes, "1")), turns.take("a", noting(notes, "2"))]);
    expect(answers).toEqual(["1", "2"]);
    expect(notes).toEqual(["1 begins", "1 ends", "2 begins", "2 ends"]);
  });

  it("of two keys do not wait for each other", async () => {
    const turns = new Turns();
    const notes: string[] = [];
    await Promise.all([turns.take("a", noting(notes, "1")), turns.take("b", noting(notes, "2"))]);
    expect(notes.slice(0, 2)).toEqual(["1 begins", "2 begins"]);
  });

  it("go on after one that failed, whose failure is its own", async () => {
    const turns = new Turns();
    const notes: string[] = [];
    const outcomes = await Promise.allSettled([
      turns.take("a", noting(notes, "1", true)),
      turns.take("a", noting(notes, "2")),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(notes).toEqual(["1 begins", "1 ends", "2 begins", "2 ends"]);
  });
});
