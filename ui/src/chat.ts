import './styles/tokens.css';
import './styles/base.css';

import { boot } from './lib/app/boot.ts';
import { tauri } from './lib/backend/tauri.ts';
import ChatWindow from './lib/conversation/ChatWindow.svelte';

const target = document.getElementById('app');
if (target) void boot(tauri, target, ChatWindow);
