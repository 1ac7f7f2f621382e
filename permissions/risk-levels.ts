/** How much harm a permission can do in the wrong hands. */
export type Risk = "low" | "medium" | "high" | "critical";

/** From least to most. */
export const riskLevels: readonly Risk[] = ["low", "medium", "high", "critical"];

/** The higher of two. */
export function higherRisk(left: Risk, right: Risk): Risk {
  return riskLevels.indexOf(left) >= riskLevels.indexOf(right) ? left : right;
}

/** One level up; critical stays critical. */
export function raisedRisk(risk: Risk): Risk {
  return riskLevels[riskLevels.indexOf(risk) + 1] ?? "critical";
}
