import type { AccessManifest } from "../manifest/manifest";
import type { AccessChange } from "./change";
import { plainChange } from "./plain-change";
import { added } from "./sets";

/** Which tenants and subscriptions a stack writes to. */
export function signInChanges(base: AccessManifest, head: AccessManifest): AccessChange[] {
  return added(base.signIns, head.signIns).map(({ item, direction }) => {
    const place = [`tenant ${item.tenantId ?? "not stated"}`, `cloud ${item.environment}`];
    if (item.subscriptionId !== null) place.push(`subscription ${item.subscriptionId}`);
    // A first sign-in comes with every new stack; one that takes another's place moves the stack elsewhere.
    const isMove = [...base.signIns, ...head.signIns].some(
      (other) => other.provider === item.provider && JSON.stringify(other) !== JSON.stringify(item),
    );
    return plainChange({
      code: "sign-in",
      direction,
      subject: { detail: `${item.provider}: ${place.join(", ")}` },
      risk: isMove ? "high" : "low",
      because: isMove ? "the stack then writes to another place" : "it is where the stack writes",
    });
  });
}

/** What cannot be judged: reported item by item, never left out. */
export function unrecognisedChanges(base: AccessManifest, head: AccessManifest): AccessChange[] {
  return added(base.unrecognised, head.unrecognised).map(({ item, direction }) => {
    const properties = item.properties.map(({ property, value }) => `${property} = ${value}`).join("; ");
    return plainChange({
      code: "unrecognised",
      direction,
      subject: { detail: [`${item.type} "${item.name}"`, ...(properties ? [properties] : [])].join(": ") },
      risk: "high",
      because: item.why,
    });
  });
}
