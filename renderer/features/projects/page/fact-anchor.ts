/** Id of the element that edits a fact, so that a missing condition can lead to it. */
export const factAnchor = (column: 'estimated_value' | 'customer_id'): string => `fact-${column}`;

export function showFact(column: 'estimated_value' | 'customer_id'): void {
  const element = document.getElementById(factAnchor(column));
  element?.scrollIntoView({ block: 'center' });
  element?.focus();
}
