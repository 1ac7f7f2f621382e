/** What a text looks like, in words for an error: never the text itself. */
export type SecretShape =
  | "an Entra client secret"
  | "a token"
  | "a refresh token"
  | "a private key"
  | "a random secret";

interface Shape {
  readonly shape: SecretShape;
  readonly pattern: RegExp;
}

const shapes: readonly Shape[] = [
  // Entra marks the client secrets it makes: three characters, a digit, "Q~", 40 characters in all.
  { shape: "an Entra client secret", pattern: /[\w.~-]{3}\dQ~[\w.~-]{31,}/ },
  { shape: "a token", pattern: /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/ },
  // Entra's refresh tokens begin with a version and a letter A; older ones with a fixed run of base64.
  { shape: "a refresh token", pattern: /(?:^|[^\w.])[01]\.A[\w-]{30,}/ },
  { shape: "a refresh token", pattern: /(?:^|[^\w-])(?:O?AQABAA|M\.[CR]\d)[\w.*!$-]{40,}/ },
  { shape: "a private key", pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
];

// Pairs of neighbouring letters and digits; a generated password of 24 characters has about 22.
const shortestRandomWord = 22;

/**
 * Whether a word looks drawn at random: long, all three kinds of characters, and the kinds keep alternating. People
 * write in runs ("rg-PartnerInsights-Prod-001" rarely changes kind between two neighbours), dice do not.
 */
function looksRandom(word: string): boolean {
  if (word.length <= shortestRandomWord) return false;
  const kinds = word.replace(/[a-z]/g, "a").replace(/[A-Z]/g, "A").replace(/[0-9]/g, "0");
  const neighbours = kinds.match(/(?<=[aA0])[aA0]/g)?.length ?? 0;
  if (neighbours < shortestRandomWord || !["a", "A", "0"].every((kind) => kinds.includes(kind))) return false;
  const changes = kinds.match(/(?<=a)[A0]|(?<=A)[a0]|(?<=0)[aA]/g)?.length ?? 0;
  return changes >= 0.4 * neighbours;
}

/** What kind of secret a text holds, if it looks like one. Errs on the side of ordinary words and ids. */
export function secretShape(text: string): SecretShape | undefined {
  const known = shapes.find(({ pattern }) => pattern.test(text));
  if (known !== undefined) return known.shape;
  const words = text.split(/[^\w+/=.~-]+/);
  return words.some(looksRandom) ? "a random secret" : undefined;
}

/** Words that say a value is secret, whatever it looks like. `refreshTokenReaders` and the like are about people. */
const secretNames = /(secret|passw(or)?d|pwd|token|credential|api_?key|private_?key)s?$/i;

/** Whether a key announces a secret. */
export function namesSecret(key: string): boolean {
  return secretNames.test(key);
}
