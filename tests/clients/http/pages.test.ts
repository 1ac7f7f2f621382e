import { createPageGuard } from "../../../clients/http/pages";

const guard = () => createPageGuard({ service: "Microsoft Graph", operation: "list applications" });
const page = (number: number) => `https://graph.microsoft.com/v1.0/applications?$skiptoken=${number}`;

describe("the next pages of a list", () => {
  it("are read where each has an address of its own, on the same host", () => {
    const next = guard();
    expect(next(page(0), page(1))).toBe(page(1));
    expect(next(page(1), "?$skiptoken=2")).toBe(page(2));
  });

  it("end where an address comes back", () => {
    const next = guard();
    next(page(0), page(1));
    expect(() => next(page(1), page(0))).toThrow("The list does not end");
  });

  it("end after thousands of pages, however new each address is", () => {
    const next = guard();
    const readTo = (last: number) => {
      for (let number = 0; number < last; number += 1) next(page(number), page(number + 1));
    };
    expect(() => readTo(10_000)).toThrow("The list does not end");
  });

  it.each(["https://graph.example.com/v1.0/applications", "http://graph.microsoft.com/v1.0/applications"])(
    "are not asked of another host, which would be sent the token: %s",
    (address) => {
      expect(() => guard()(page(0), address)).toThrow("The list continues at another host");
    },
  );
});
