import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { approvalProblems, misapplied } from "../../../cli/review/binding";
import { identityProblems } from "../../../cli/review/identity-claims";
import { createIdentityWitness, type IdentityReaders } from "../../../cli/review/identity-witness";
import type { Digest } from "../../../cli/shared/digest";
import { azureRoles } from "../../../model/azure-roles";
import { homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import {
  buildManifest,
  type KnownIdentity,
  manifestDigest,
  type ResourceRecord,
  reliedIdentities,
} from "../../../permissions/manifest";
import { declared, guidOf, laterPreview, partnerCenter, recordsOf } from "../../permissions/manifest/declared-stack";
import { startTestEmulator } from "../../support/emulator";
import { partOf } from "../../support/part-of";

const [mallory, caller, writer, api, user] = ["mallory", "caller", "writer", "api", "user"].map(guidOf) as [
  string,
  string,
  string,
  string,
  string,
];
const clientId = guidOf("application");
const name = "reports@contoso.example";
const claims = {
  api: { objectId: api, identity: { kind: "api", clientId: partnerCenter } },
  user: { objectId: user, identity: { kind: "user", userPrincipalName: name } },
  deployer: { objectId: caller, identity: { kind: "deployer" } },
  writer: { objectId: writer, identity: { kind: "vault-writer" } },
} as const satisfies Record<string, KnownIdentity>;
const of = (claim: KnownIdentity, objectId: string): KnownIdentity => ({ ...claim, objectId });

const urn = (type: string, resource: string) => `urn:pulumi:dev::partner-insights-access::${type}::${resource}`;
const stateOf = (...resources: readonly (readonly [type: string, name: string, content: object])[]) =>
  JSON.stringify({
    deployment: { resources: resources.map(([type, it, content]) => ({ urn: urn(type, it), type, ...content })) },
  });
const memory = (it: string, input: unknown) => ["pulumi:index:Stash", it, { inputs: { input } }] as const;
const application = [
  "azuread:index/application:Application",
  "partner-application",
  { id: `/applications/${guidOf("object")}`, outputs: { clientId } },
] as const;

const refused = (status: number) => async () => {
  throw Object.assign(new Error(`Microsoft Graph refused: ${status}`), { status });
};

/** A tenant and a vault in which everything is as the honest program remembers it. */
function readers(changes: Partial<IdentityReaders> = {}): IdentityReaders {
  return {
    graph: partOf<IdentityReaders["graph"]>({
      principal: async (it: string) => (it === partnerCenter ? { objectId: api.toUpperCase() } : undefined),
      application: async (it: string) => (it === clientId ? { applicationObjectId: guidOf("object") } : undefined),
    }),
    view: { userName: async (it) => ({ [user]: "Reports@contoso.example", [mallory]: "mallory@contoso.example" })[it] },
    inventory: { owners: async () => [guidOf("first deployer")] },
    azure: {
      vault: async () => ({}) as never,
      roleAssignmentsOn: async () => [
        {
          roleId: azureRoles.secretsOfficer.id,
          principalObjectId: guidOf("first writer"),
          condition: undefined,
        } as never,
      ],
    },
    vaultResourceId: "/vault",
    partnerCaller: async () => caller,
    vaultCaller: async () => writer,
    stateBefore: async () => undefined,
    ...changes,
  };
}
const judged = (claim: KnownIdentity, changes: Partial<IdentityReaders> = {}) =>
  identityProblems("dev", [claim], createIdentityWitness(readers(changes)));
const refusal = async (claim: KnownIdentity, changes: Partial<IdentityReaders> = {}) => {
  const problems = await judged(claim, changes);
  expect(problems).toHaveLength(1);
  return `${problems[0]!.code}: ${problems[0]!.message}`;
};

describe("who a remembered object id stands for", () => {
  it("is believed where tenant and vault say the same, in any case of letters, and the state is not asked", async () => {
    const stateBefore = jest.fn(async () => undefined);
    for (const claim of [claims.api, claims.user, claims.writer]) {
      expect(await judged(claim, { stateBefore })).toEqual([]);
    }
    expect(stateBefore).not.toHaveBeenCalled();
    expect(await judged(claims.deployer)).toEqual([]);
  });

  it("is refused with the claimed name, the claimed id and what the tenant says", async () => {
    expect(await refusal(of(claims.api, mallory))).toContain(
      `not-approved: dev: the program takes "${mallory}" for the API ${partnerCenter}, but in the tenant its service principal is`,
    );
    expect(await refusal(of(claims.user, mallory))).toContain(
      `takes "${mallory}" for "${name}", but in the tenant that is "mallory@contoso.example"`,
    );
    expect(await refusal(of(claims.user, guidOf("nobody")))).toContain("the tenant has no user of that id");
    expect(await refusal(of(claims.deployer, mallory))).toContain(
      `takes "${mallory}" for the deployer, but it is ${caller} that signs in now, and the application that it would own does not exist`,
    );
    expect(await refusal(of(claims.writer, mallory))).toContain(
      `but it is ${writer} that signs in to the vault now, and Key Vault Secrets Officer on the vault is held by ${guidOf("first writer")}`,
    );
  });

  it("never becomes a part of an address unless it is an object id", async () => {
    const userName = jest.fn(async () => name);
    expect(await refusal(of(claims.user, name), { view: { userName } })).toContain("that is not an object id");
    expect(await refusal(of(claims.user, "../me"), { view: { userName } })).toContain("that is not an object id");
    expect(userName).not.toHaveBeenCalled();
  });

  it("is cannot-be-told where a look-up fails, even if the state says the same: only a missing right leaves the word to it", async () => {
    const before = stateOf(memory("partner-reporting-user-id", { userPrincipalName: name, objectId: user }));
    const stateBefore = async () => before;
    const failing = { view: { userName: refused(503) }, stateBefore };
    expect(await refusal(claims.user, failing)).toMatch(/^identity-unknown: .*could not be verified: .*503/);
    const denied = { view: { userName: refused(403) }, stateBefore };
    expect(await judged(claims.user, denied)).toEqual([]);
    expect(await refusal(of(claims.user, mallory), denied)).toMatch(/^identity-unknown: .*403; the state before/);
    expect(await refusal(claims.user, { view: denied.view })).toMatch(/^identity-unknown: /);
    const noState = { view: denied.view, stateBefore: refused(500) };
    expect(await refusal(claims.user, noState)).toMatch(/^identity-unknown: .*500/);
    expect(await refusal(claims.deployer, { partnerCaller: refused(401) })).toMatch(/^identity-unknown: .*401/);
  });

  it("lets another identity run what the first deployer and the first writer began", async () => {
    const deployer = of(claims.deployer, guidOf("first deployer"));
    expect(await judged(deployer, { stateBefore: async () => stateOf(application) })).toEqual([]);
    expect(await judged(of(claims.writer, guidOf("first writer")))).toEqual([]);
    // Their first update failed before there was anything to own.
    const begun = stateOf(
      memory("partner-deployment", { owners: [deployer.objectId] }),
      memory("partner-vault-writer-id", mallory),
    );
    expect(await judged(deployer, { stateBefore: async () => begun })).toEqual([]);
    const noVault = { ...readers().azure, vault: async () => undefined };
    expect(await judged(of(claims.writer, mallory), { azure: noVault, stateBefore: async () => begun })).toEqual([]);
    expect(await refusal(of(claims.writer, mallory), { azure: noVault })).toContain("the vault does not exist yet");
  });

  it("does not take a deployer's word from a state once the application exists: its owners are asked", async () => {
    const stateBefore = async () => stateOf(application, memory("partner-deployment", { owners: [mallory] }));
    expect(await refusal(of(claims.deployer, mallory), { stateBefore })).toContain(
      `and the application is owned by ${guidOf("first deployer")}`,
    );
  });
});

const previewOf = (records: readonly ResourceRecord[]) =>
  JSON.stringify({
    steps: records.map(({ urn: it, type, name: resource, inputs, id, outputs, propertyDependencies, custom }) => ({
      op: "create",
      urn: it ?? urn(type, resource),
      newState: { type, inputs, id, outputs, propertyDependencies, custom },
    })),
  });
const exportOf = (records: readonly ResourceRecord[]) =>
  stateOf(...records.map(({ type, name: it, ...content }) => [type, it, content] as const));

/** The honest stack, with another id wherever one stands: the grants and the memory agree. */
function lying(records: readonly ResourceRecord[], objectId: string): readonly ResourceRecord[] {
  return JSON.parse(JSON.stringify(records).replaceAll(objectId, mallory));
}

describe("a program that grants to others and remembers falsely", () => {
  const records = recordsOf(declared, laterPreview);
  const digest = manifestDigest(buildManifest(records)) as Digest;
  const lies = ["deployer", partnerCenter, name].map((it) => lying(records, guidOf(`${laterPreview.seed}/${it}`)));

  it("has the approved digest, and is refused before the update where nobody can confirm it", async () => {
    const binding = {
      context: { projectDirectory: ".", signal: new AbortController().signal, env: {} },
      stacks: { state: async () => undefined },
      settings: [],
      tenant: async () => {
        throw Object.assign(new Error("no such tenant"), { code: "unreachable" });
      },
    };
    for (const lie of lies) {
      expect(manifestDigest(buildManifest(lie))).toBe(digest);
      const problems = await approvalProblems("dev", digest, previewOf(lie), binding);
      expect(problems).toEqual([{ code: "unreachable", message: "no such tenant", fix: "" }]);
    }
  });

  it("is asked about every memory that gives an id its name, also one that no component of ours declared", () => {
    const stash = "pulumi:index:Stash";
    for (const [at, lie] of lies.entries()) {
      const honest = records.filter(({ type }) => type === stash);
      const strange = lie
        .filter(({ type, inputs }) => type === stash && JSON.stringify(inputs).includes(mallory))
        .map((record) => ({ ...record, name: `somebody-elses-${record.name}`, urn: `${record.urn}-copy` }));
      const all = [...lie.filter(({ type }) => type !== stash), ...honest, ...strange];
      // The stranger's memory makes mallory look like the approved one, so the digest says nothing.
      expect([at, manifestDigest(buildManifest(all))]).toEqual([at, digest]);
      expect(reliedIdentities(all).map(({ objectId }) => objectId)).toContain(mallory);
    }
  });

  it("is told after the update when only the update lied", () => {
    for (const lie of lies) {
      const problem = misapplied("dev", { expected: digest, settings: [] }, previewOf(records), exportOf(lie));
      expect(problem).toMatchObject({
        code: "applied-otherwise",
        message: expect.stringContaining(`"${mallory}" for`),
      });
    }
    expect(
      misapplied("dev", { expected: digest, settings: [] }, previewOf(records), exportOf(records)),
    ).toBeUndefined();
  });
});

describe("the clients of the commands", () => {
  it("find the same identities in tenant and vault as the program's providers, and somebody else's nowhere", async () => {
    const emulator = await startTestEmulator();
    try {
      const asked = async (...asking: readonly KnownIdentity[]) => {
        const { stdout } = await promisify(execFile)(
          process.execPath,
          ["-r", "./bin/transpile.js", "tests/cli/review/ask-witness.ts", JSON.stringify(asking)],
          {
            cwd: resolve(__dirname, "../../.."),
            env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...emulator.env },
          },
        );
        return JSON.parse(stdout).map(({ code, message }: Record<string, string>) => `${code}: ${message}`);
      };
      const principals = emulator.world.tenants.get(partnerTenant.id)!.servicePrincipals.all();
      const graphClientId = "00000003-0000-0000-c000-000000000000";
      const honest: readonly KnownIdentity[] = [
        {
          objectId: principals.find(({ appId }) => appId === graphClientId)!.id,
          identity: { kind: "api", clientId: graphClientId },
        },
        of(claims.user, partnerTenant.reportingUser.objectId),
        of(claims.deployer, partnerTenant.deployer.objectId),
        of(claims.writer, homeTenant.deployer.objectId),
      ];
      expect(await asked(...honest)).toEqual([]);
      const lies = await asked(...honest.map((claim) => of(claim, mallory)));
      expect(lies).toHaveLength(4);
      expect(lies.join("\n")).not.toContain("identity-unknown");
      expect(lies[2]).toContain(`it is ${partnerTenant.deployer.objectId} that signs in now`);
      expect(lies[3]).toContain(`it is ${homeTenant.deployer.objectId} that signs in to the vault now`);
    } finally {
      await emulator.stop();
    }
  });
});
