import type { Bot } from '../store/bots.ts';

export const BOTS: Bot[] = [
  { id: 9301, name: 'Подтверждение съёмки', runs: [] },
  { id: 9302, name: 'Просьба об отзыве', runs: [] },
];
