import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { isList, isProperties, isUnknown, type Properties, Secret, unknown, type Value } from "./value";

/** How the engine writes an unknown of each kind (pulumi `sdk/go/common/resource/plugin/rpc.go`). */
const unknownMarks: ReadonlySet<string> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // string
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);
const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** An object with this key is not an object but something special; the value under it says what. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Reads the engine's wire form. A left-out struct is no properties. */
export function readStruct(struct: Struct | undefined): Properties {
  const value = struct === undefined ? {} : readValue(struct.toJavaScript());
  if (!isProperties(value)) throw new TypeError("the engine sent something else than properties");
  return value;
}

/** The engine's wire form of properties: unknowns and secrets marked as it expects. */
export function writeStruct(properties: Properties): Struct {
  const written = writeValue(properties);
  return Struct.fromJavaScript(written as { [key: string]: JavaScriptValue });
}

function readValue(value: JavaScriptValue): Value {
  if (typeof value === "string") return unknownMarks.has(value) ? unknown : value;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(readValue);
  const fields = value as { readonly [key: string]: JavaScriptValue };
  const signature = fields[signatureKey];
  if (signature === secretSignature) return new Secret(readValue(fields["value"] ?? null));
  if (signature !== undefined) {
    throw new TypeError("assets, archives and resource references are not supported by this stand-in provider");
  }
  return Object.fromEntries(Object.entries(fields).map(([name, item]) => [name, readValue(item)]));
}

function writeValue(value: Value): JavaScriptValue {
  if (isUnknown(value)) return unknownString;
  if (value instanceof Secret) return { [signatureKey]: secretSignature, value: writeValue(value.value) };
  if (isList(value)) return value.map(writeValue);
  if (!isProperties(value)) return value;
  const written: { [key: string]: JavaScriptValue } = {};
  for (const [name, item] of Object.entries(value)) {
    if (item !== undefined) written[name] = writeValue(item);
  }
  return written;
}
