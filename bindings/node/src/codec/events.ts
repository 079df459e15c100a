/**
 * Event as it was when this was loaded, which is when codecs became EventTargets. Test environments put others in their place,
 * before and after, and one's targets do not take another's events.
 */
const { Event: OwnEvent } = globalThis;

export const newEvent = (type: string): Event => new OwnEvent(type);
