import './styles/tokens.css';
import './styles/base.css';

import { boot } from './lib/app/boot.ts';
import { tauri } from './lib/backend/tauri.ts';
import SettingsWindow from './lib/settings/SettingsWindow.svelte';

const target = document.getElementById('app');
if (target) void boot(tauri, target, SettingsWindow);
