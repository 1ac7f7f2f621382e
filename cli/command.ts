#!/usr/bin/env node
// What an installed package runs. The repository starts `bin/partner-access.js`, which transpiles first.
import { start } from "./main";

void start();
