/** Whether a card, as text, shows how its rollout ended. */
export function showsEnd(card: string | undefined): boolean {
  return /[✔◐✖■] \S+: (?!stopping)/.test(card ?? "");
}
