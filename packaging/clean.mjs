// Removes the build once it is packed: sources and tests in the repository never meet one that is older than they are.
import { rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
