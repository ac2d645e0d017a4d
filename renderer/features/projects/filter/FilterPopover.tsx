import { Popover } from '@mantine/core';
import { DrawnAlready } from '../../../ui/DrawnAlready.tsx';
import type { PopoverProps } from './FilterButton.tsx';

export function FilterPopover({ id, button, label, opened, onChange, children }: PopoverProps) {
  return (
    <Popover id={id} opened={opened} onChange={onChange} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <DrawnAlready element={button} />
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>{children}</Popover.Dropdown>
    </Popover>
  );
}
