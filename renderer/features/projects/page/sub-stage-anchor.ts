/** Id of the element that shows a sub-stage, so that a missing condition can lead to it. */
export const subStageAnchor = (subStageId: string): string => `sub-stage-${subStageId}`;
