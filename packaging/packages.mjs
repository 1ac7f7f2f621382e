// What is published: each package by its folder, with the files that others load or start. In `dist/` each has the name it has here.
export const packages = {
  ".": {
    index: "components/index.ts",
    program: "index.ts",
    command: "cli/command.ts",
    policy: "policy/pack.ts",
    judge: "cli/review/judge.ts",
    recording: "components/partner-access/recording/main.ts",
  },
  tokens: {
    index: "tokens/index.ts",
  },
  offline: {
    index: "offline/index.ts",
    command: "offline/command.ts",
    azuread: "offline/providers/azuread/main.ts",
    "azure-native": "offline/providers/azure-native/main.ts",
    "node-host": "offline/engine/node-host/main.ts",
  },
};

/** The entries that have types: what a program imports. The others are started. */
export const imported = ["index", "program"];
