import { civilOf } from "../../../core/civil.ts";
import { DAYS } from "../../../core/days.ts";
import type { MaintenanceWindow } from "../../../model/policy.ts";

const DAY = 1_440;
const WEEK = 7 * DAY;

/** Whether one of the windows is open: by minutes of the week, apart from how the gates reckon. */
export function inWindow(windows: readonly MaintenanceWindow[], at: number): boolean {
  return windows.some(({ days, from, to, zone }) => {
    const { dayOfWeek, hour, minute } = civilOf(zone, at);
    const now = (dayOfWeek - 1) * DAY + hour * 60 + minute;
    const length = to > from ? to - from : to + DAY - from;
    return days.some((day) => (now - (DAYS.indexOf(day) * DAY + from) + WEEK) % WEEK < length);
  });
}
