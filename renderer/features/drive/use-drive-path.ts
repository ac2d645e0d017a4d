import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DriveItem, DriveListing } from '../../../shared/api/drive.ts';

export type Place = DriveListing['place'];
export type PlaceName = Exclude<Place['kind'], 'folder' | 'search'>;

/** A step on the way down: a place, or a folder in it. */
export interface Step {
  name: string;
  place: Place;
}

/** Where in Drive a person looks, from the place where they began. */
export function useDrivePath() {
  const { t } = useTranslation();
  const placeName = (kind: PlaceName): string => t(`drive.place.${kind}`);
  const [path, setPath] = useState<Step[]>([{ name: placeName('mine'), place: { kind: 'mine' } }]);
  const here = path.at(-1)?.place ?? { kind: 'mine' };
  return {
    path,
    here,
    name: path.at(-1)?.name ?? '',
    /** The place where the way began; null for a search. */
    tab: path[0] && path[0].place.kind !== 'search' ? path[0].place.kind : null,
    goTo: (kind: PlaceName) => setPath([{ name: placeName(kind), place: { kind } }]),
    search: (text: string) => setPath([{ name: t('drive.place.search', { text }), place: { kind: 'search', text } }]),
    open: (item: DriveItem) => {
      const drive = item.kind === 'drive' ? item.id : here.kind === 'folder' ? here.drive : null;
      setPath([...path, { name: item.name, place: { kind: 'folder', folder: { id: item.id, resource_key: item.resource_key }, drive } }]);
    },
    backTo: (depth: number) => setPath(path.slice(0, depth + 1)),
  };
}
