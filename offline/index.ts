export type { EmulatorLine } from "../model/emulator-line";
export { endOf, type ServeOptions, withEmulator } from "./serve";
