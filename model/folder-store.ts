/**
 * The address of a state store in a folder, for `PULUMI_BACKEND_URL`. `metadata=skip`: the engine otherwise keeps a `.attrs` file beside
 * each file and does not write it in one step, so a kill can leave it empty, and every later command ends with "EOF".
 */
export function folderStore(folder: string): string {
  return `file://${folder}?metadata=skip`;
}
