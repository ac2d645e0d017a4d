/** Id of the element that shows a refused change, so that its record can lead to it. */
export const attentionAnchor = (id: string): string => `attention-${id}`;
