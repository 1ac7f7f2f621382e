import { Journal } from "../../../../offline/emulator/http/journal";

it("shows that a query option with a secret was there, never what it was", () => {
  const journal = new Journal();
  const query = new URLSearchParams({ code: "a-sign-in-code", client_secret: "a-secret", state: "shown" });
  journal.open({ at: "2026-01-01T00:00:00Z", service: "entra", method: "GET", path: "/callback", query });
  expect(journal.entries()[0]?.query).toEqual({ code: "***", client_secret: "***", state: "shown" });
});

it("numbers calls from one, and from one again when it was emptied", () => {
  const journal = new Journal();
  const call = { at: "", service: "graph", method: "GET", path: "/", query: new URLSearchParams() } as const;
  journal.open(call);
  journal.open(call);
  expect(journal.entries().map(({ n }) => n)).toEqual([1, 2]);
  journal.clear();
  journal.open(call);
  expect(journal.entries().map(({ n }) => n)).toEqual([1]);
});
