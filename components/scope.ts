import type * as pulumi from "@pulumi/pulumi";

/** The component that looks up and remembers: its providers answer, and its name begins what it remembers. */
export interface Scope {
  readonly component: pulumi.ComponentResource;
  readonly name: string;
}
