package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The project manager, used as a person would. Each test has an employee of its own. */
@Tag("server")
@NeedsChromium
@TestInstance(Lifecycle.PER_CLASS)
class ProjectManagerInBrowserIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Chromium itself says so of a page that was refused with a message. */
  private static final String REFUSED =
      ".*/(employees/201|tasks/[0-9]+) - Failed to load resource: .* status of 4.*";

  private final List<AutoCloseable> open = new ArrayList<>();
  private ProjectManager manager;
  private Chromium chromium;
  private ChromeDriver driver;
  private WebDriverWait wait;

  @BeforeAll
  void start() throws Exception {
    manager = new ProjectManager(new PayaraMicro());
    open.add(manager);
    manager.startOnH2();
    chromium = new Chromium();
    open.add(0, chromium);
    driver = chromium.driver();
    driver.manage().timeouts().pageLoadTimeout(LIMIT).scriptTimeout(LIMIT);
    wait = new WebDriverWait(driver, LIMIT);
    go("");
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @BeforeEach
  void atADesk() {
    chromium.resize(1280, 900);
    chromium.prefer("light");
  }

  @AfterEach
  void nothingWasLoadedFromElsewhere_andTheConsoleIsEmpty(TestInfo test) throws IOException {
    chromium.photograph(test.getTestMethod().orElseThrow().getName());
    assertThat(chromium.requests())
        .isNotEmpty()
        .allSatisfy(address -> assertThat(address).startsWith(manager.address().toString()));
    assertThat(chromium.console()).filteredOn(line -> !line.matches(REFUSED)).isEmpty();
  }

  @Test
  void onePerson_isFound_andTheirProgressIsRead() throws IOException {
    go("");
    driver.findElement(By.id("name")).sendKeys("Rosa", Keys.ENTER);
    wait.until(ExpectedConditions.urlContains("name=Rosa"));
    chromium.photograph("people");
    WebElement person = driver.findElement(By.cssSelector(".people a"));
    String name = person.findElement(By.tagName("b")).getText();
    person.click();
    wait.until(ExpectedConditions.textToBe(By.tagName("h1"), name));
    WebElement card = driver.findElement(By.cssSelector(".card"));
    WebElement bar = card.findElement(By.tagName("progress"));
    double done = Double.parseDouble(bar.getDomProperty("position"));
    assertThat(card.findElement(By.cssSelector(".percent")).getText())
        .isEqualTo((int) Math.floor(done * 100) + " %");
    assertThat(bar.getSize().width).isGreaterThan(100);
    assertThat(card.findElement(By.cssSelector(".eta")).getText()).isNotBlank();
    assertThat(text("#took")).matches("[0-9]+ ms");
  }

  @Test
  void anEditedTask_isSeenAtOnce() throws IOException {
    add(31, "Wash the wagons");
    click("Wash the wagons");
    chromium.photograph("task");
    write("title", "Paint the wagons");
    write("estimate", "7");
    press("save");
    assertThat(text(".said")).isEqualTo("The task was saved.");
    assertThat(text("#origin")).isEqualTo("Gathered now");
    assertThat(text("main")).contains("Paint the wagons", "7 hours left").doesNotContain("Wash");
  }

  @Test
  void aDeletedTask_isGoneAtOnce() {
    add(32, "Count the ropes");
    click("Count the ropes");
    driver.findElement(By.tagName("summary")).click();
    press("delete");
    assertThat(text(".said")).isEqualTo("The task was deleted.");
    assertThat(text("main")).doesNotContain("Count the ropes");
  }

  @Test
  void aTaskThatIsDone_fillsTheBar() {
    add(33, "Oil the lock");
    driver.findElement(By.cssSelector("button[aria-label^='Done: Oil the lock']")).click();
    wait.until(ExpectedConditions.urlContains("said=done"));
    WebElement card =
        driver.findElement(By.xpath("//article[.//h2[normalize-space()='Oil the lock']]"));
    assertThat(card.findElement(By.tagName("progress")).getDomProperty("position")).isEqualTo("1");
    assertThat(card.getText()).contains("100 %", "complete", "Nothing left for you here");
  }

  @Test
  void aReassignedTask_isTheOthersAtOnce() {
    add(34, "Tune the radio");
    click("Tune the radio");
    driver.findElement(By.cssSelector("input[name=assignee][value='34']")).click();
    new Select(driver.findElement(By.id("more"))).selectByValue("35");
    press("save");
    assertThat(text("main")).doesNotContain("Tune the radio");
    go("employees/35");
    assertThat(text("main")).contains("Tune the radio");
  }

  @Test
  void whileTheSourceIsBroken_thePageIsReadWithItsAge() throws IOException {
    add(36, "Feed the gulls");
    turn("broken");
    try {
      assertThat(text("#origin")).isEqualTo("A backup stands in");
      assertThat(text("#age")).matches("just now|[0-9]+ seconds ago");
      assertThat(text("#reason")).contains("The project database does not answer");
      assertThat(text(".cards")).contains("Feed the gulls");
      chromium.photograph("broken");
    } finally {
      turn("mended");
    }
    assertThat(text("#origin")).isEqualTo("Gathered now");
    assertThat(driver.findElements(By.id("reason"))).isEmpty();
  }

  @Test
  void twoEditors_areTold() {
    add(37, "Name the boat");
    click("Name the boat");
    String mine = driver.getWindowHandle();
    String page = driver.getCurrentUrl();
    driver.switchTo().newWindow(WindowType.TAB).get(page);
    write("title", "Name the boat Alma");
    press("save");
    driver.close();
    driver.switchTo().window(mine);
    write("title", "Name the boat Otto");
    press("save");
    assertThat(text("#stale")).contains("somebody else has changed this task", "boat Alma");
    assertThat(driver.findElement(By.id("title")).getDomProperty("value"))
        .isEqualTo("Name the boat Otto");
  }

  @Test
  void theKeyboardAlone_findsAndEdits() throws IOException {
    add(38, "Mend the nets");
    go("");
    tab();
    assertThat(Accessibility.focus(driver).label()).isEqualTo("Skip to the content");
    assertThat(Accessibility.focus(driver).seen()).isEqualTo("seen");
    chromium.photograph("skip-link");
    type(Keys.ENTER);
    wait.until(ExpectedConditions.urlContains("#content"));
    tab();
    assertThat(Accessibility.focus(driver).label()).isEqualTo("name");
    String name = nameOf(38);
    type(name);
    type(Keys.ENTER);
    wait.until(ExpectedConditions.urlContains("name="));
    tabTo(name);
    type(Keys.ENTER);
    wait.until(ExpectedConditions.textToBe(By.tagName("h1"), name));
    tabTo("Mend the nets");
    type(Keys.ENTER);
    wait.until(ExpectedConditions.textToBe(By.tagName("h1"), "Mend the nets"));
    tabTo("title");
    type(Keys.chord(Keys.CONTROL, "a"));
    type("Mend the old nets");
    tabTo("Save");
    type(Keys.ENTER);
    wait.until(ExpectedConditions.urlContains("said=saved"));
    assertThat(text("main")).contains("Mend the old nets");
  }

  @ParameterizedTest
  @CsvSource({"''", "employees/39", "tasks/1?employee=39", "tasks/new", "employees/201"})
  void tabbing_goesThroughThePageInOrder_andIsSeen(String path) {
    go(path);
    List<Accessibility.Focus> stops = new ArrayList<>();
    tab();
    for (Accessibility.Focus at = Accessibility.focus(driver);
        at != null && stops.size() < 60;
        at = Accessibility.focus(driver)) {
      stops.add(at);
      tab();
    }
    assertThat(stops)
        .hasSizeGreaterThan(2)
        .isSortedAccordingTo(Comparator.comparingInt(Accessibility.Focus::order));
    assertThat(stops)
        .allSatisfy(
            at -> {
              assertThat(at.ring()).as(at.label()).isEqualTo("ring");
              assertThat(at.seen()).as(at.label()).isEqualTo("seen");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "people, ''",
    "employee, employees/39",
    "task, tasks/1?employee=39",
    "new, tasks/new?employee=39",
    "problem, employees/201"
  })
  void onAPhone_nothingHasToBePushedAside_andAxeFindsNothing(String name, String path)
      throws IOException {
    chromium.resize(360, 740);
    for (String scheme : List.of("light", "dark")) {
      chromium.prefer(scheme);
      go(path);
      chromium.photograph("phone-" + name + "-" + scheme);
      assertThat(driver.executeScript("return document.documentElement.scrollWidth"))
          .isEqualTo(360L);
      assertThat(Accessibility.violations(driver))
          .filteredOn(fault -> fault.matches("(serious|critical|axe) .*"))
          .isEmpty();
    }
  }

  private void go(String path) {
    driver.get(manager.address().resolve(path).toString());
  }

  private String nameOf(int employee) {
    return driver
        .findElement(By.cssSelector(".people a[href$='/employees/" + employee + "'] b"))
        .getText();
  }

  private void add(int employee, String title) {
    go("tasks/new?employee=%d&assignee=%d".formatted(employee, employee));
    write("title", title);
    write("estimate", "3");
    press("save");
    assertThat(text(".said")).isEqualTo("The task was added.");
  }

  private void click(String link) {
    driver.findElement(By.linkText(link)).click();
    wait.until(ExpectedConditions.urlContains("/tasks/"));
  }

  private void write(String field, String text) {
    WebElement input = driver.findElement(By.id(field));
    input.clear();
    input.sendKeys(text);
  }

  private void press(String action) {
    WebElement button = driver.findElement(By.cssSelector("button[value=" + action + "]"));
    button.click();
    wait.until(ExpectedConditions.stalenessOf(button));
  }

  private void turn(String state) {
    driver.findElement(By.cssSelector("#turn[value=" + state + "]")).click();
    wait.until(ExpectedConditions.urlContains("said=" + state));
  }

  private String text(String css) {
    return driver.findElement(By.cssSelector(css)).getText();
  }

  private void type(CharSequence keys) {
    driver.switchTo().activeElement().sendKeys(keys);
  }

  private void tab() {
    type(Keys.TAB);
  }

  private void tabTo(String label) {
    List<String> passed = new ArrayList<>();
    do {
      tab();
      Accessibility.Focus at = Accessibility.focus(driver);
      passed.add(at == null ? "the end" : at.label());
      assertThat(passed).doesNotContain("the end");
    } while (!passed.get(passed.size() - 1).equals(label));
  }
}
