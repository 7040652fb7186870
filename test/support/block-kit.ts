/** Short ways to write Block Kit. */
export const text = (length: number) => ({ type: "plain_text", text: "x".repeat(length) });

export const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

export const button = (more: object) => ({ type: "button", action_id: "a", text: text(1), ...more });

export const actions = (...elements: object[]) => [{ type: "actions", elements }];

export const options = (count: number) => many(count, (i) => ({ text: text(1), value: `${i}` }));

export const select = (type: string, given: unknown) => actions({ type, action_id: "s", options: given });

export const input = (element: object) => [{ type: "input", label: text(1), element: { action_id: "a", ...element } }];
