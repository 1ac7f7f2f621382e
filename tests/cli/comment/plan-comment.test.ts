import fc from "fast-check";
import { planComment } from "../../../cli/comment/plan-comment";
import type { PostedComment } from "../../../clients/pull-requests/host";
import { longestComment } from "../../../permissions/report/markdown";
import { hiddenMarks, readRunMark, withoutMarks, withRunMark } from "../../../permissions/report/marks";

const digest = `sha256:${"0".repeat(64)}`;
const commit = "c".repeat(40);
const text = (body: string, run?: number, at = "2026-01-01T00:00:00.000Z", review = "access-review") => {
  const comment = `${hiddenMarks({ review, at, digest })}${body}\n`;
  return run === undefined ? comment : withRunMark(comment, { run, commit });
};
const ours = (id: string, body: string): PostedComment => ({ id, isOurs: true, text: body });
const theirs = (id: string, body: string): PostedComment => ({ id, isOurs: false, text: body });

describe("our comment", () => {
  it("is made when there is none, whatever others wrote", () => {
    const others = [
      theirs("1", "hello"),
      // A copy of our marks, with a number that nothing could overtake.
      theirs("2", text("no permission changes", 999_999_999)),
      ours("3", `Look:\n${text("quoted", 5)}`),
      ours("4", text("another project's", 5, undefined, "another-review")),
    ];
    expect(planComment(others, text("new", 5))).toEqual({ action: "create" });
  });

  it("is rewritten in place by a newer run, and by the same run repeated later", () => {
    const comments = [theirs("1", "hello"), ours("2", text("old", 4))];
    expect(planComment(comments, text("new", 5))).toEqual({ action: "update", id: "2" });
    expect(planComment(comments, text("new", 4, "2026-01-01T00:00:01.000Z"))).toEqual({ action: "update", id: "2" });
    // Written before runs were marked: by its time.
    expect(planComment([ours("2", text("old"))], text("new", 1, "2026-01-02T00:00:00.000Z"))).toEqual({
      action: "update",
      id: "2",
    });
  });

  it("is left as it is when a newer run wrote it", () => {
    expect(planComment([ours("2", text("newer", 6))], text("older", 5))).toEqual({ action: "leave", newerRun: 6 });
    const later = text("later", 5, "2026-01-01T00:00:01.000Z");
    expect(planComment([ours("2", later)], text("earlier", 5))).toEqual({ action: "leave", newerRun: 5 });
    // A second one of ours, made when two runs met: the newest decides.
    const two = [ours("2", text("old", 3)), ours("3", text("newer", 6))];
    expect(planComment(two, text("older", 5))).toEqual({ action: "leave", newerRun: 6 });
  });

  it("is not touched when people would see the same, however the service returns it", () => {
    const posted = text("the same\n\n| a | b |", 4).replace(/\n/g, "\r\n").trimEnd();
    expect(planComment([ours("2", posted)], text("the same\n\n| a | b |", 5))).toEqual({ action: "nothing" });
  });

  it("never goes back, in whatever order runs arrive", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }), (runs) => {
        let comments: PostedComment[] = [];
        for (const [index, run] of runs.entries()) {
          const mine = text(`run ${run} ${index}`, run, new Date(index).toISOString());
          const plan = planComment(comments, mine);
          if (plan.action === "create" || plan.action === "update") comments = [ours("1", mine)];
        }
        const [only] = comments;
        expect(readRunMark(only?.text ?? "")?.run).toBe(Math.max(...runs));
      }),
    );
  });
});

describe("the mark of a run", () => {
  it("comes back as it was written, and hides from people", () => {
    const marked = withRunMark(text("body"), { run: 12, commit });
    expect(readRunMark(marked)).toEqual({ run: 12, commit });
    expect(readRunMark(marked.replace(/\n/g, "\r\n"))).toEqual({ run: 12, commit });
    expect(withoutMarks(marked)).toBe("body");
    expect(readRunMark(text("body"))).toBeUndefined();
  });

  it("leaves a comment of the longest kind under what GitHub takes", () => {
    const longest = "x".repeat(longestComment);
    const mark = withRunMark(text(""), { run: 999_999_999_999_999, commit: "c".repeat(64) }).length - text("").length;
    expect(longest.length + mark).toBeLessThanOrEqual(65_536);
  });

  it("is refused when it would leave its place", () => {
    expect(() => withRunMark(text("x"), { run: 1, commit: "c -->" })).toThrow(RangeError);
    expect(() => withRunMark("no marks", { run: 1, commit })).toThrow(RangeError);
    expect(() => withRunMark(text("x"), { run: -1, commit })).toThrow(RangeError);
  });
});
