package dev.backstop.examples.feedreader;

/** How a {@link FeedServer} that lives behaves towards whoever asks. */
enum Mood {
  WELL,
  HANGS,
  ANSWERS_500,
  ANSWERS_GARBAGE
}
