export const priorityLevels = ['low', 'medium', 'high', 'critical'] as const;
export type PriorityLevel = (typeof priorityLevels)[number];
