package dev.backstop.fast;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where the disk tier of one cache lies, and whether it may be believed. Ehcache believes what it
 * finds: of damaged data it makes wrong answers and errors. So a seal is written when the tier was
 * closed, and removed when it is opened; without the right one all is deleted. Only who holds
 * Ehcache's lock of the folder may call the methods.
 */
final class DiskFolder {
  /** Times of files are coarse, and the system's, not the seal's. */
  private static final long TOLERANCE_MILLIS = 1_000;

  private static final String DATA = ".data";
  private static final Pattern UNSAFE = Pattern.compile("[^a-z0-9_-]");

  private final Path path;
  private final Path seal;
  private final boolean wasUsed;

  DiskFolder(Path diskDirectory, String cacheName) {
    path = diskDirectory.resolve("cache-" + safe(cacheName));
    seal = path.resolve("backstop.seal");
    wasUsed = Files.exists(path);
  }

  Path path() {
    return path;
  }

  /** Different for each cache on every file system, those that ignore case included. */
  private static String safe(String cacheName) {
    return UNSAFE
        .matcher(cacheName)
        .replaceAll(c -> String.format(Locale.ROOT, "%%%02x", (int) c.group().charAt(0)));
  }

  /**
   * Refuses to begin where the disk can't take all of it. Ehcache maps parts of a file that has
   * holes: on a full disk the JVM fails in the middle of anything.
   */
  void claim(long bytes) throws IOException {
    long more = bytes;
    for (Path file : files()) {
      more -= Files.size(file);
    }
    long usable = Files.getFileStore(path).getUsableSpace();
    if (more > usable) {
      throw new IOException("it may need " + more + " bytes more, and " + usable + " are free");
    }
  }

  /** Writes the seal: all that is to be written was, and nobody writes any more. */
  void seal() {
    try {
      Files.write(seal, state());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the seal: somebody is about to write. */
  void unseal() throws IOException {
    Files.deleteIfExists(seal);
  }

  /** Says why what is there may not be believed, or null if it may. */
  @Nullable String doubt(long bytes) throws IOException {
    if (!wasUsed) {
      return null;
    }
    if (!Files.isRegularFile(seal)) {
      return "it was not closed in order";
    }
    FileTime sealed = Files.getLastModifiedTime(seal);
    if (!Arrays.equals(Files.readAllBytes(seal), state())) {
      return "its files are not those that were closed";
    }
    for (Path file : files()) {
      if (Files.getLastModifiedTime(file).toMillis() > sealed.toMillis() + TOLERANCE_MILLIS) {
        return path.relativize(file) + " was changed after it was closed";
      }
      if (Files.size(file) > bytes && isData(file)) {
        return "its file is larger than diskBytes, which are " + bytes;
      }
    }
    return null;
  }

  /** The files, how long they are and, except of the data, which may be many, what is in them. */
  private byte[] state() throws IOException {
    StringBuilder state = new StringBuilder();
    for (Path file : files()) {
      state.append(path.relativize(file)).append(' ').append(Files.size(file));
      if (!isData(file)) {
        state.append(' ').append(checksum(file));
      }
      state.append('\n');
    }
    return state.toString().getBytes(UTF_8);
  }

  private static boolean isData(Path file) {
    return file.toString().endsWith(DATA);
  }

  private static long checksum(Path file) throws IOException {
    CRC32C checksum = new CRC32C();
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      while (channel.read(buffer) >= 0) {
        checksum.update(buffer.flip());
        buffer.clear();
      }
    }
    return checksum.getValue();
  }

  /** Deletes what Ehcache wrote. */
  void empty() throws IOException {
    List<Path> tree = tree();
    for (int i = tree.size() - 1; i >= 0; i--) {
      Files.delete(tree.get(i)); // what is in a directory before the directory
    }
  }

  private List<Path> files() throws IOException {
    return tree().stream().filter(Files::isRegularFile).toList();
  }

  private List<Path> tree() throws IOException {
    Path ofEhcache = path.resolve("file");
    if (!Files.exists(ofEhcache)) {
      return List.of();
    }
    try (Stream<Path> tree = Files.walk(ofEhcache)) {
      return tree.sorted().toList();
    }
  }
}
