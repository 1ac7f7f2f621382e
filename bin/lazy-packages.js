// Preloaded into a process that runs the program. Pulumi's SDK (3.259) loads the TypeScript compiler and npm's tree of packages when it
// starts, and asks them for something only where a function is turned into text (dynamic providers), which no program here does. They are
// loaded at the first such question: a start takes half a second and 55 MB less.
"use strict";
const Module = require("node:module");
const { sep } = require("node:path");

const later = new Set(["typescript", "@npmcli/arborist"]);
const ofPulumi = `${sep}@pulumi${sep}pulumi${sep}`;
const load = Module._load;

Module._load = function loadOrPromise(request, parent, ...rest) {
  const now = () => load.call(Module, request, parent, ...rest);
  return later.has(request) && parent?.filename?.includes(ofPulumi) ? whenAsked(now) : now();
};

/** A package that is loaded when something of it is used. */
function whenAsked(loadNow) {
  let loaded;
  const real = () => {
    loaded ??= loadNow();
    return loaded;
  };
  return new Proxy(
    {},
    {
      // Asked of every package at once, and answered so that it is taken as it stands: a copy would have to read all of it.
      get: (_, name) => (name === "__esModule" ? true : real()[name]),
      has: (_, name) => name in real(),
      ownKeys: () => Reflect.ownKeys(real()),
      getOwnPropertyDescriptor: (_, name) => ({
        ...Reflect.getOwnPropertyDescriptor(real(), name),
        configurable: true,
      }),
    },
  );
}
