interface Store {
  readonly callbacks?: { readonly _target?: Promise<string> };
}

/** Its typings leave this out, although the SDK exports it. */
const { getStore } = jest.requireActual<{ getStore(): Store }>("@pulumi/pulumi/runtime/state");

/**
 * Waits until the SDK's own server for hooks answers, where a program has one. The SDK asks it every second whether it does, and for ever
 * where it was shut down before: a run that ends early would keep its process alive.
 */
export async function hookServerAnswers(): Promise<void> {
  await getStore().callbacks?._target;
}
