import { microsoftApplications } from "../../../../offline/emulator/world/microsoft-applications";
import { catalog } from "../../../../permissions/catalog";

/** What an emulated API publishes, as `kind name id`. */
function published(clientId: string): string[] {
  const application = microsoftApplications.find(({ appId }) => appId === clientId);
  if (application === undefined) return [];
  const named = (kind: string, list: typeof application.scopes) =>
    list.map(({ value, id }) => `${kind} ${value} ${id}`);
  return [...named("delegated", application.scopes), ...named("application", application.appRoles)];
}

// Two lists, written apart: an id that is wrong in one of them shows here, and not first on a real tenant.
it.each(catalog.map((api) => [api.name, api] as const))(
  "publishes for %s every permission of the catalog under the same id",
  (_name, api) => {
    const missing = api.permissions
      .map(({ kind, name, id }) => `${kind} ${name} ${id}`)
      .filter((known) => !published(api.clientId).includes(known));
    expect(missing).toEqual([]);
  },
);

it("publishes no id and no name of a kind twice", () => {
  for (const { appRoles, scopes } of microsoftApplications) {
    for (const list of [appRoles, scopes]) {
      expect(new Set(list.map(({ value }) => value)).size).toBe(list.length);
    }
    const ids = [...appRoles, ...scopes].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  }
});
