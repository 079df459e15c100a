import { native } from '../native';
import { CodecFilling } from './filling';
import { ENCODER } from './handle';

/** What is encoded, on its way in: the caller's reference, or one of our own. */
export interface EncoderInput {
  readonly frame: number;
}

/** What encoders of pictures and of sound have in common. */
export abstract class EncoderFilling<
  Config,
  Input extends EncoderInput,
  Callback extends (...args: never[]) => unknown,
> extends CodecFilling<Config, Callback> {
  readonly functions = ENCODER;

  keep(input: Input): Input {
    native.fg_frame_retain(input.frame);
    return input;
  }

  drop({ frame }: Input): void {
    native.fg_frame_release(frame);
  }
}
