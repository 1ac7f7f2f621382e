// Preloaded into a process that runs the program: puts off or leaves out what Pulumi's SDK (3.259) does for questions that are seldom asked.
//
// It loads the TypeScript compiler and npm's tree of packages when it starts, for functions that are turned into text (dynamic providers),
// which no program here has. They are loaded at the first such question: a start takes half a second and 55 MB less.
//
// It writes down a stack trace for each of a program's hundreds of promises, to show it when one never settles and
// PULUMI_DEBUG_PROMISE_LEAKS is set. Without that variable nobody sees them: a run takes 7 % less processor time.
"use strict";
const Module = require("node:module");
const { sep } = require("node:path");

const later = new Set(["typescript", "@npmcli/arborist"]);
const ofPulumi = `${sep}@pulumi${sep}pulumi${sep}`;
const load = Module._load;

Module._load = function loadQuickly(request, parent, ...rest) {
  const now = () => load.call(Module, request, parent, ...rest);
  if (!parent?.filename?.includes(ofPulumi)) return now();
  if (later.has(request)) return whenAsked(now);
  return request.endsWith("/debuggable") ? withoutTraces(now()) : now();
};

const traceless = new WeakSet();

/** The SDK's module that watches promises; the rest of it calls the function by this name, at every promise. */
function withoutTraces(debuggable) {
  const { debuggablePromise, debugPromiseLeaks } = debuggable;
  if (debugPromiseLeaks || typeof debuggablePromise !== "function" || traceless.has(debuggable)) return debuggable;
  debuggable.debuggablePromise = (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
  traceless.add(debuggable);
  return debuggable;
}

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
