import { Modal, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useEffectEvent, useId, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { FoundRecord } from '../../../shared/api/search.ts';
import { closePalette, forgetPalette, usePalette } from './palette-store.ts';
import { CommandOption, RecordOption } from './PaletteOption.tsx';
import { PaletteNote } from './PaletteNote.tsx';
import { RecordCard } from './RecordCard.tsx';
import { matchingCommands, useCommands, type Command } from './use-commands.ts';
import { useFound } from './use-found.ts';
import { useOpenRecord } from './use-open-record.ts';
import classes from './Palette.module.css';

/** One field for everything: records by code, title, text and tags, and all that the shell can do. */
export function Palette() {
  const { t } = useTranslation();
  const { opened, text, card } = usePalette();
  useEffect(() => forgetPalette, []);
  return (
    <>
      <Modal.Root opened={opened} onClose={closePalette} size="38rem" yOffset="10vh" centered={false} padding={0} transitionProps={{ duration: 0 }}>
        <Modal.Overlay />
        <Modal.Content aria-label={t('shell.palette.label')}>
          <PaletteBody initialText={text} />
        </Modal.Content>
      </Modal.Root>
      {card && <RecordCard record={card} />}
    </>
  );
}

/** The commands that are offered before anything is typed. */
const FIRST_COMMANDS = 6;

function PaletteBody({ initialText }: { initialText: string }) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState(initialText);
  const [active, setActive] = useState(0);
  const [entered, setEntered] = useState(false);
  const found = useFound(text);
  const openRecord = useOpenRecord();
  const all = useCommands();
  const typed = text.trim() !== '';
  const commands = typed ? matchingCommands(all, text) : all.slice(0, FIRST_COMMANDS);
  const choices: Choice[] = [
    ...found.records.map((record) => ({ record, key: `${record.kind} ${record.id}`, run: () => openRecord(record) })),
    ...commands.map((command) => ({ command, key: command.id, run: command.run })),
  ];
  const chosen = Math.min(active, choices.length - 1);
  const optionId = (position: number) => `${id}-${position}`;

  const choose = (position: number) => {
    setActive(position);
    document.getElementById(optionId(position))?.scrollIntoView({ block: 'nearest' });
  };
  const run = (choice: Choice | undefined) => {
    if (!choice) return;
    closePalette();
    choice.run();
  };
  // Who types fast has pressed Enter before the answer to the last letter is there.
  const { settled } = found;
  const runChosen = useEffectEvent(() => run(choices[chosen]));
  useEffect(() => {
    if (entered && settled) runChosen();
  }, [entered, settled]);
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter and the arrows belong to the input method while a word is being composed.
    if (event.nativeEvent.isComposing) return;
    const steps: Record<string, number> = {
      ArrowDown: (chosen + 1) % choices.length,
      ArrowUp: (chosen - 1 + choices.length) % choices.length,
      PageDown: Math.min(chosen + 8, choices.length - 1),
      PageUp: Math.max(chosen - 8, 0),
    };
    const step = steps[event.key];
    if (event.key === 'Enter') setEntered(true);
    else if (step === undefined || choices.length === 0) return;
    else choose(step);
    event.preventDefault();
  };

  const groups = groupsOf(choices);
  return (
    <div className={classes['palette']}>
      <TextInput
        data-autofocus
        // At once: the next letter is on its way already.
        autoFocus
        className={classes['field']}
        variant="unstyled"
        size="lg"
        role="combobox"
        aria-label={t('shell.palette.label')}
        aria-expanded
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={choices.length > 0 ? optionId(chosen) : undefined}
        placeholder={t('shell.palette.placeholder')}
        leftSection={<IconSearch size={20} aria-hidden />}
        maxLength={200}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setActive(0);
          setEntered(false);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} role="listbox" aria-label={t('shell.palette.results')} className={classes['list']}>
        {groups.map(({ name, choices: members }) => (
          <div key={name} role="group" aria-label={t(`shell.palette.group.${typed || name === 'command' ? name : 'recent'}`)}>
            <div className={classes['group']} aria-hidden>
              {t(`shell.palette.group.${typed || name === 'command' ? name : 'recent'}`)}
            </div>
            {members.map(({ choice, position }) => (
              <div
                key={choice.key}
                id={optionId(position)}
                role="option"
                aria-selected={position === chosen}
                className={classes['option']}
                onMouseMove={() => setActive(position)}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => run(choice)}
              >
                {'record' in choice ? <RecordOption record={choice.record} /> : <CommandOption command={choice.command} />}
              </div>
            ))}
          </div>
        ))}
      </div>
      <PaletteNote found={found} typed={typed} count={choices.length} />
    </div>
  );
}

type Choice = { key: string; run: () => void } & ({ record: FoundRecord } | { command: Command });

type GroupName = FoundRecord['kind'] | 'command';

interface Group {
  name: GroupName;
  choices: { choice: Choice; position: number }[];
}

/** Choices of one kind stand together already; each kind gets its heading. */
function groupsOf(choices: readonly Choice[]): Group[] {
  const groups: Group[] = [];
  choices.forEach((choice, position) => {
    const name = 'record' in choice ? choice.record.kind : 'command';
    const last = groups.at(-1);
    if (last?.name === name) last.choices.push({ choice, position });
    else groups.push({ name, choices: [{ choice, position }] });
  });
  return groups;
}
