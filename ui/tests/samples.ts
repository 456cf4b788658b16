// What tests and previews show where it does not matter what it is.
import type {
  Abilities,
  Block,
  MessageState,
  MessageView,
  ModelGroup,
  ModelItem,
  SettingsState,
} from '../src/lib/bindings/index.ts';
import { UNKNOWN_USAGE } from '../src/lib/conversation/messages.svelte.ts';

export const modelItem = (id: string, name: string): ModelItem => ({
  id,
  name,
  context: null,
  images: null,
  reasoning: null,
  price: null,
});

export const abilities: Abilities = {
  prompt: true,
  highestTemperature: 100,
  effort: true,
  mostStops: 4,
  imageTypes: ['png', 'jpeg'],
  largestImage: 5_000_000,
  largestPdf: 30_000_000,
};

export const demoModels: ModelGroup = {
  provider: 'demo',
  name: 'Demo',
  host: null,
  demo: true,
  abilities: {
    prompt: false,
    highestTemperature: 0,
    effort: false,
    mostStops: 0,
    imageTypes: [],
    largestImage: 0,
    largestPdf: 0,
  },
  left: null,
  models: [modelItem('demo', 'Demo')],
  error: null,
};

export const demoModel = { provider: 'demo', model: 'demo' };

/** What the demo answers. */
export const demoAnswer = (id: string, blocks: Block[], state: MessageState): MessageView => ({
  id,
  body: {
    role: 'assistant',
    blocks,
    reasoning: '',
    model: { model: demoModel, name: 'Demo', demo: true },
    toolCalls: [],
    citations: [],
    usage: UNKNOWN_USAGE,
    leftOut: 0,
  },
  state,
  createdAt: 1000,
});

export const ownKinds: SettingsState['ownKinds'] = [
  {
    id: 'compatible',
    name: 'OpenAI-compatible server',
    protocol: 'openai-chat',
    baseUrl: 'https://example.com/v1',
    local: false,
  },
  { id: 'ollama', name: 'Ollama', protocol: 'ollama', baseUrl: 'http://127.0.0.1:11434/', local: true },
];
