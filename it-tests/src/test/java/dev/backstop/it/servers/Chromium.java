package dev.backstop.it.servers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium and its driver, as they are installed; neither outlives the tests. */
final class Chromium implements AutoCloseable {
  private static final Pattern REQUEST = Pattern.compile("\"url\":\"((?:https?|wss?):[^\"]*)\"");

  private final ChromeDriverService service;
  private final ChromeDriver driver;
  private final Set<ProcessHandle> processes;
  private final Thread hook = new Thread(this::kill, "end-of-chromium");

  Chromium() throws IOException {
    Set<ProcessHandle> others = descendants();
    Path log = Files.createDirectories(Path.of("target")).resolve("chromedriver.log");
    service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(onPath("chromedriver").orElseThrow().toFile())
            .usingAnyFreePort()
            .withLogFile(log.toFile())
            .build();
    try {
      driver = new ChromeDriver(service, options());
    } finally {
      processes = descendants();
      processes.removeAll(others);
      Runtime.getRuntime().addShutdownHook(hook);
    }
  }

  static boolean isInstalled() {
    return onPath("chromium").isPresent() && onPath("chromedriver").isPresent();
  }

  private static Optional<Path> onPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static ChromeOptions options() {
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(onPath("chromium").orElseThrow().toFile());
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    return options.addArguments(
        "--headless=new",
        "--no-sandbox", // which root can't have
        "--disable-dev-shm-usage", // small in a container
        "--window-size=1280,900",
        "--lang=en");
  }

  ChromeDriver driver() {
    return driver;
  }

  /** A window as wide as that, on a phone or on a desk. */
  void resize(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  /** Light or dark. */
  void prefer(String scheme) {
    Map<String, String> feature = Map.of("name", "prefers-color-scheme", "value", scheme);
    driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
  }

  /** Every address that pages have asked for since the last time. */
  List<String> requests() {
    return log(LogType.PERFORMANCE)
        .filter(line -> line.contains("\"Network.requestWillBeSent\""))
        .flatMap(line -> REQUEST.matcher(line).results().map(found -> found.group(1)))
        .toList();
  }

  /** What pages have written to the console since the last time. */
  List<String> console() {
    return log(LogType.BROWSER).toList();
  }

  private Stream<String> log(String type) {
    return driver.manage().logs().get(type).getAll().stream().map(LogEntry::getMessage);
  }

  /** Keeps what is seen now, in {@code target/screenshots}. */
  void photograph(String name) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "screenshots"));
    Files.write(folder.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    try {
      driver.quit();
      service.stop();
    } finally {
      kill();
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }

  private void kill() {
    processes.forEach(ProcessHandle::destroyForcibly);
  }

  private static Set<ProcessHandle> descendants() {
    return ProcessHandle.current().descendants().collect(Collectors.toSet());
  }
}
