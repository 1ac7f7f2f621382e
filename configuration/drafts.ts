import type { z } from "zod";
import type { Problem } from "./problem";
import { type Draft, isMapping, readValue } from "./read-value";
import { type SectionName, sectionSchemas } from "./schemas";
import type { Sections } from "./values";

/** The complete value of one key. */
type Section<Name extends SectionName> = z.output<(typeof sectionSchemas)[Name]>;

/** What could be read of each key; undefined for one that is not there or cannot be read at all. */
export type Drafts = { readonly [Name in SectionName]: Draft<Section<Name>> | undefined };

/** Every key read by its schema, with the problems of each. */
export interface DraftReading {
  readonly drafts: Drafts;
  readonly problems: readonly Problem[];
}

/**
 * Reads every key. One that is left out is read as if it were empty, as Pulumi.yaml's default makes it, so that the
 * engine and a command that reads only the stack file find the same problems.
 */
export function readDrafts(sections: Sections["values"]): DraftReading {
  const problems: Problem[] = [];
  function read<Name extends SectionName>(name: Name, value: unknown): Draft<Section<Name>> | undefined {
    const reading = readValue(sectionSchemas[name], value, name);
    problems.push(...reading.problems);
    return reading.value as Draft<Section<Name>> | undefined;
  }
  const optional = <Name extends SectionName>(name: Name): Draft<Section<Name>> | undefined =>
    isEmpty(sections[name]) ? undefined : read(name, sections[name]);

  const drafts: Drafts = {
    tenant: read("tenant", sections.tenant ?? {}),
    application: read("application", sections.application ?? {}),
    permissions: sections.permissions === undefined ? undefined : read("permissions", sections.permissions),
    consent: optional("consent"),
    reportingUser: optional("reportingUser"),
    vault: read("vault", sections.vault ?? {}),
    rotation: read("rotation", sections.rotation ?? {}),
    migrate: optional("migrate"),
    solo: read("solo", sections.solo),
  };
  return { drafts, problems };
}

/** Whether a key holds nothing: left out, or the empty mapping that Pulumi.yaml gives it. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (isMapping(value) && Object.keys(value).length === 0);
}
