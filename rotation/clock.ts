import { counted } from "../model/command-line";

/** Further apart, and a date may be decided by the wrong day. Entra itself refuses assertions that are as far off. */
const LARGEST_MINUTES = 5;

/** A stated time stands still while a run goes on. */
const LARGEST_MINUTES_STATED = 60;

/** A machine's time, and whether it was set explicitly. */
export interface LocalTime {
  readonly now: Date;
  readonly isStated: boolean;
}

/** Why no date may be decided by this clock; empty when it agrees with the service's, or the service tells none. */
export function clockProblems({ now, isStated }: LocalTime, service: Date | undefined): readonly string[] {
  if (service === undefined || Number.isNaN(service.getTime())) return [];
  const minutes = Math.round(Math.abs(now.getTime() - service.getTime()) / 60_000);
  const largest = isStated ? LARGEST_MINUTES_STATED : LARGEST_MINUTES;
  if (minutes <= largest) return [];
  const whose = isStated ? "PARTNER_ACCESS_NOW is" : "this machine's clock says";
  return [
    `${whose} ${now.toISOString()}, and Microsoft's sign-in service says ${service.toISOString()}: they are ${spoken(minutes)} apart, ` +
      `and at most ${counted(largest, "minute")} are allowed, because dates decide which secret is retired. ${isStated ? "State the service's time" : "Set the clock"}`,
  ];
}

function spoken(minutes: number): string {
  if (minutes < 120) return counted(minutes, "minute");
  return minutes < 2880 ? counted(Math.round(minutes / 60), "hour") : counted(Math.round(minutes / 1440), "day");
}
