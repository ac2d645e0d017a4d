/* What the window reads after its first screen: see later.ts. */
export { MoveMenu } from '../features/projects/moves/MoveMenu.tsx';
export { ChoiceList } from '../features/projects/filter/ChoiceList.tsx';
export { DueFilter } from '../features/projects/filter/DueFilter.tsx';
export { FilterPopover } from '../features/projects/filter/FilterPopover.tsx';
export { SettingsPanel } from '../features/settings/SettingsPanel.tsx';
export { TooltipOf } from '../ui/TooltipOf.tsx';
export { AdministrationList } from './AdministrationList.tsx';
export { Overlays } from './Overlays.tsx';
export { ShellDialogs } from './ShellDialogs.tsx';
