//! Help and refusals in both languages: English from the doc comments, Chinese from a twin table.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory};
use shujian_report::Lang;

use crate::{Cli, output};

/// The exit codes, below the help of the whole command.
const CODES_EN: &str = "Exit codes: 0 done, or open: effect unknown, or no measured format; 1 no \
                        grade, a card that was changed, an application of a batch that failed; 2 \
                        usage; 3 input unreadable as a whole; 4 environment or own fault";
const CODES_ZH: &str = "退出码：0 完成或待定（效果未知、没有可度量格式）；1 未入等次、卡片被改动，\
                        或批次中有申报未能评分；2 用法错误；3 输入整体不可读；4 环境或程序自身的问题";

/// Chinese twins of the doc comments: `command` or `command/argument`, with the command above it
/// where a name occurs twice; arguments that several commands share stand under `*`.
const ZH: &[(&str, &str)] = &[
    ("shujian", "度量并评定数据集：文件进，卡片、等次与金额出"),
    ("grade", "评定数据集：得分、门槛、等次与金额"),
    ("profile", "只度量数据集，不评分"),
    ("batch", "评定一批申报，排出名次，分配年度额度"),
    ("batch/batch", "每个申报一个文件夹的文件夹，或 batch.toml 之类的清单"),
    ("batch/output", "写入结果的文件夹，新的或前次的：未变的申报不重评"),
    ("batch/envelope", "年度额度，元；按等次分配，二十分之一留作复核"),
    ("batch/rubric", "评分细则；不写则用发布版"),
    ("batch/format", "名次在屏幕上的写法：text 或 json"),
    ("verify", "用清单、卡片和数据核对一批结果"),
    ("verify/results", "shujian batch 写的结果文件夹"),
    ("verify/data", "当时交给 shujian batch 的数据或清单：每项申报重评一遍"),
    ("verify/rubric", "重评所用的评分细则；不写则用发布版"),
    ("apply", "写申报书，检查申报书"),
    ("apply init", "写出空白申报书，每项都有说明"),
    ("apply check", "指出申报书缺什么、错在哪里、与数据有何矛盾"),
    ("apply init/output", "写入的文件，须不存在；不写则打印到屏幕"),
    ("apply check/application", "申报书"),
    ("apply check/data", "用来对照的数据文件或文件夹；可多次给出"),
    ("apply check/format", "写法：text 或 json；不写则按输出文件的扩展名，否则 text"),
    ("dedup", "把每条记录与其副本的关系写成 Parquet"),
    ("delivery", "检查、抽检并裁定一批标注交付"),
    ("check", "检查一批标注：接收、返工或拒收"),
    ("commit", "打印口令的承诺值，在交付之前公布"),
    ("sample", "抽出要检验的对象：任何人都能重抽核对"),
    ("conclude", "连同抽检结果裁定一批标注"),
    ("diff", "把改正后的交付与原交付对照"),
    ("*/delivery", "标注文件或文件夹，格式自动识别"),
    ("*/spec", "标注说明与接收条件，见 pipelines/delivery.toml"),
    ("check/gold", "已知答案的标注，格式自动识别"),
    ("commit/secret", "存放口令的文件，至少 16 字节且无人能猜到"),
    ("sample/secret", "存放口令的文件"),
    ("sample/commitment", "交付之前公布的、commit 打印的承诺值"),
    ("conclude/sample", "sample --format json 写的样本"),
    ("conclude/secret", "存放口令的文件，公布之后给出：重新抽样，与样本不同则拒绝"),
    ("conclude/gold", "已知答案的标注，格式自动识别"),
    ("conclude/results", "检验结果：每行“对象,合格”或“对象,不合格”"),
    ("delivery demo", "写出一份小的交付及其改正、标注说明与金标，用来试各条命令"),
    ("diff/before", "原交付"),
    ("diff/after", "改正后的交付"),
    ("labels", "标注的一致性、共识、错误、评测与转换"),
    ("agree", "标注员之间超出偶然的一致程度"),
    ("consensus", "从多名标注员的答案得出每项一个答案"),
    ("errors", "与模型概率相左的标注"),
    ("eval", "标注与参考答案对照：平均精度、错误率、F1"),
    ("convert", "把标注写成另一种格式，并列出损失"),
    ("plan", "一批要检查多少项，允许多少不合格"),
    ("registry", "项目、核定与资金，记在无人能改写的日志里"),
    ("registry init", "建立登记册，生成密钥与首个账号"),
    ("registry enrol", "登记账号并写出其密钥文件"),
    ("registry create", "新建任一类条目：单位、批次、额度、关联关系、裁定"),
    ("registry apply", "新建省级数据集项目申报"),
    ("registry project", "推荐国家级项目"),
    ("registry voucher", "凭发票申领数据券"),
    ("registry base", "提名数据标注基地"),
    ("registry transition", "对条目下达命令；commands 列出全部命令"),
    ("registry commit", "把申报与为其文件评分的卡片绑定"),
    ("registry award", "按 policy compute 的结果核定金额；须两人"),
    ("registry share", "已通过的申报在当年总额内各得多少"),
    ("registry share/measure", "政策目录中的措施"),
    ("registry share/year", "预算年度"),
    ("registry share/rubric", "载明各等次金额的评分细则；不写则为发布的细则"),
    ("registry pay", "拨付下一笔；须两人"),
    ("registry recover", "入账追回款；须两人"),
    ("registry list", "列出一类条目"),
    ("registry show", "查看条目及其经过、资金与可用命令"),
    ("registry import", "从 CSV、XLSX、JSON 或 Croissant 导入一类条目"),
    ("registry export", "把公开条目写成他方可读的形式"),
    ("registry report", "汇总核定、已拨付与余额"),
    ("registry import/file", "首行为字段名的表格，或 Croissant 元数据"),
    ("registry import/with", "各行共用的字段，名称=值；可多次给出"),
    ("registry import/apply", "没有一行被拒绝时写入；不写则只试不写"),
    ("registry export/form", "形式：csv、xlsx、json、croissant、dcat、datapackage 或 360giving"),
    ("registry export/output", "写入的文件夹"),
    ("registry export/site", "条目公布的网址，如 https://data.example.gov.cn/register"),
    ("registry export/publisher", "发布单位名称"),
    ("registry export/licence", "元数据的许可，网址"),
    ("registry report/by", "分组：sector、city、year、measure、kind、state；多个用逗号"),
    ("registry report/format", "写法：text、json、csv 或 parquet"),
    ("registry report/output", "写入文件而不是屏幕；parquet 必须写入文件"),
    ("registry commands", "各类条目的命令、办理角色与字段"),
    ("registry verify", "用日志核对各表、签名与账目"),
    ("registry prove", "写出某事件在日志中的证明"),
    ("registry check-proof", "不用登记册，核对证明"),
    ("registry checkpoint", "打印最新的签署检查点，供外部留存"),
    ("*/db", "SQLite 文件，或 postgres://…"),
    ("*/keys", "密钥文件夹；不写则在 SQLite 文件旁"),
    ("*/account", "账号，角色/名称"),
    ("*/admin", "首个账号，由它登记其他账号"),
    ("*/reader", "以此账号的权限查看，角色/名称"),
    ("*/key", "幂等键：同一键的同一请求只办理一次"),
    ("*/if_version", "条目须为此版本"),
    ("*/on", "办理日期，仅限演练登记册"),
    ("*/fields", "字段，名称=值，由 registry commands 列出；金额以元为单位；@文件 从文件读取"),
    ("*/kind", "条目类别"),
    ("*/number", "条目或核定的编号"),
    ("registry transition/command", "命令"),
    ("registry init/origin", "日志在检查点中的名称，如 registry.example/2026"),
    ("registry init/trial", "演练用：请求可指定日期，自 2026-01-01 起"),
    (
        "registry enrol/enrolled",
        "账号，角色/名称；角色：officer、expert、finance、applicant、operator、auditor、admin",
    ),
    ("registry enrol/organisation", "所属或所代表单位的信用代码"),
    ("registry commit/card", "grade --format json 写的卡片"),
    ("registry commit/rubric", "卡片所用的评分细则；不写则为发布的细则"),
    ("registry award/entitlement", "policy compute --format json 写的权益"),
    ("registry list/state", "只列此状态"),
    ("registry list/search", "编号或名称含有"),
    ("registry list/after", "此编号之后"),
    ("registry list/limit", "最多列出多少条，至多 1000"),
    ("*/log_key", "日志的公钥；verify 不写则用密钥文件夹里的"),
    ("registry verify/since", "先前留存的检查点：日志须仍以它开头"),
    ("registry prove/event", "事件在日志中的序号；不写则取该条目最新的"),
    ("registry check-proof/proof", "prove 写的证明"),
    ("policy", "政策的措施、金额与计算过程"),
    ("policy list", "列出政策的各项措施"),
    ("policy show", "查看一项措施：条文、数字、条件与未定事项"),
    ("policy compute", "计算一项措施应付多少，逐步列出"),
    ("policy explain", "复算已写出的计算结果，或解释一项措施或参数"),
    ("policy test", "运行目录中的算例"),
    ("policy show/measure", "措施，如 national-match 或 M6b；见 policy list"),
    ("policy compute/measure", "措施，如 national-match 或 M6b；见 policy list"),
    ("policy explain/target", "compute --format json 写的文件，或措施、参数的名称"),
    ("*/catalogue", "措施目录；不写则用发布版"),
    ("*/date", "申领日期，如 2026-05-01"),
    ("*/issued", "政策印发日期，由主管部门填写"),
    ("*/base", "基数，元"),
    ("*/fact", "有多个基数的措施：名称=元；可多次给出"),
    ("*/prior", "同一年度最高额下此前已申领的基数，元"),
    ("*/granted", "同一最高额下此前已给付的金额，元"),
    ("*/grade", "数据集的等次：A、B、C、D 或 none"),
    ("*/ruled", "主管部门核定的金额，元；配合 --set score-curve=ruled"),
    ("*/requested", "申请金额，元"),
    ("*/eligible_cost", "经审计的合格成本，元"),
    ("*/other_public", "同一成本已获的财政资金，元"),
    ("*/confirm", "已查实的条件；可多次给出"),
    ("*/places_taken", "本年度已用名额，用于有名额限制的措施"),
    ("*/with", "同一项目的其他申领，措施:应得:已付，元；可多次给出"),
    ("*/envelope", "年度预算余额，元"),
    ("*/set", "主管部门对未定事项的决定，参数=值；可多次给出"),
    ("explain", "解释卡片上的数字，或发现的代码"),
    ("schema", "打印表单的 JSON Schema"),
    ("completions", "打印 shell 补全脚本"),
    ("man", "把手册页写入文件夹"),
    ("demo", "生成演示数据集，并用中英文各评一遍"),
    ("*/lang", "报告与帮助的语言：zh 或 en；不写则按区域设置"),
    ("*/help", "打印帮助"),
    ("*/version", "打印版本"),
    ("*/paths", "合为一个数据集的文件、文件夹或通配符"),
    ("*/threads", "工作线程数，1 至 1024；不写则用全部处理器"),
    ("*/memory", "可用内存，如 2GiB 或 500M；至少 16MiB"),
    ("*/banding", "文本近似副本的分带：带数x行数x片长，如 14x8x5；不写则按发布的评分细则"),
    ("*/sample", "每个文件只读开头：快速预估，结果会注明"),
    ("*/quiet", "不显示进度"),
    ("*/json_progress", "进度每行一个 JSON 对象"),
    ("*/format", "写法：text 或 json；不写则按输出文件的扩展名，否则 text"),
    (
        "check/format",
        "写法：text、json，或供构建服务器读取的 junit、sarif；不写则按输出文件的扩展名，否则 text",
    ),
    (
        "conclude/format",
        "写法：text、json，或供构建服务器读取的 junit、sarif；不写则按输出文件的扩展名，否则 text",
    ),
    (
        "grade/format",
        "写法：text、json，或供构建服务器读取的 junit、sarif；不写则按输出文件的扩展名，否则 text",
    ),
    (
        "profile/format",
        "写法：text、json，或供构建服务器读取的 junit、sarif；不写则按输出文件的扩展名，否则 text",
    ),
    ("*/output", "写入文件而不是屏幕"),
    (
        "dedup/output",
        "写入各簇的 Parquet 文件；列：file、row、partition、content_id、kind、cluster、units、novel_units",
    ),
    ("*/label_paths", "一条路径，文件自带标注员；或每条路径一名标注员"),
    ("agree/weighting", "类别间的距离：identity、linear、quadratic、ordinal、ratio 等"),
    ("agree/minimum", "至少要有几个单元有两个答案；不足则不给系数"),
    ("agree/only", "只算这一个系数，如 krippendorff-alpha，不给区间、类别与两两对照"),
    ("agree/overlap", "视为同一标记的最小重叠，大于 0，至多 1"),
    (
        "consensus/method",
        "方法：类别用 majority、dawid-skene、one-coin、glad、mace、mmsr 或 wawa；框与文本标记用 quorum，转写用 rover",
    ),
    ("consensus/rounds", "dawid-skene 或 one-coin 恰好迭代几轮；不写则到收敛为止"),
    ("consensus/model", "接着 --save-model 保存的模型拟合：模型认识的标注员从其混淆表起步"),
    ("consensus/save_model", "保存 dawid-skene 拟合出的模型，以后有新标注时不必从头再来"),
    ("consensus/raters", "把每名标注员与他人比较，并查抄袭、答案单一、过快与漂移"),
    ("consensus/quorum", "quorum 所需的标注员人数；不写则须超过看过该条目的人的一半"),
    ("consensus/overlap", "quorum 视为同一框的最小重叠，大于 0，至多 1"),
    ("consensus/gold", "已知类别的条目：用来衡量标注员与共识"),
    ("consensus/clamp", "拟合时固定已知类别，而不是用来衡量"),
    ("errors/probabilities", "模型给出的概率（模型未见过这些标注）：.npy，行 × 类"),
    ("errors/labels", "所给标注：.npy，类别编号从 0 起"),
    ("errors/filter", "挑选规则，如 both、confident_learning 或 low_self_confidence"),
    ("eval/truth", "参考答案：文件或文件夹，格式自动识别"),
    ("eval/found", "要评测的标注或模型结果，格式自动识别"),
    ("eval/metric", "指标：coco、voc、transcripts、wer、cer 或 f1；不写则按标注的种类"),
    ("eval/scheme", "f1 读标签的方案：conlleval（宽松）、iob1、iob2 或 bioes；不写则四种都算"),
    ("eval/overlap", "voc 算作检出的最小重叠，大于 0，至多 1"),
    ("convert/label_path", "标注文件或文件夹"),
    ("convert/to", "写出的格式，如 coco、voc、yolo、cvat 或 table-csv"),
    ("convert/output", "写入的文件夹；须是新的或空的"),
    ("plan/lot", "批量"),
    ("plan/aql", "接收质量限，不合格百分数"),
    ("plan/level", "GB/T 2828.1 的检验水平：S-1 至 S-4、I、II 或 III"),
    ("plan/severity", "GB/T 2828.1 的严格度：normal（正常）或 tightened（加严）"),
    ("plan/history", "供方已有批次，先旧后新：+ 接收、- 拒收、r 停检后恢复；由此定严格度"),
    ("plan/lq", "极限质量，不合格百分数：给出精确方案，代替标准方案"),
    ("plan/alpha", "合格批被拒的最大机会"),
    ("plan/beta", "极限质量批被接收的最大机会"),
    ("plan/double", "抽两次：第一次存疑才抽第二次"),
    ("plan/sequential", "逐项检查，越线即定"),
    ("grade/application", "申报书：申请人、金额与证据；不写则用文件夹里的 application.toml"),
    ("grade/delivery", "数据中标注的评审：delivery check 或 conclude 写的 JSON"),
    ("grade/rubric", "评分细则；不写则用发布版"),
    ("explain/target", "发现代码如 SJ-ingest-001，或用 --format json 写的卡片"),
    (
        "explain/metric",
        "卡片上的指标、失分原因或门槛（如 G5），或 scale、value-density、effect、gates、award；不写则列出",
    ),
    ("schema/name", "表单：card、application、rubric、agreement、consensus、plan 等"),
    ("completions/shell", "shell：bash、zsh、fish、elvish 或 powershell"),
    ("man/folder", "存放手册页的文件夹；没有则新建"),
    ("demo/folder", "写入的文件夹"),
];

/// The command line, with help in a language.
pub(crate) fn command(lang: Lang) -> Command {
    let english = Cli::command().after_help(CODES_EN);
    match lang {
        Lang::En => english,
        Lang::Zh => translate(own_flags(english), "shujian").after_help(CODES_ZH),
    }
}

/// Replaces the built-in help and version flags, whose texts are English, by our own.
fn own_flags(command: Command) -> Command {
    let names: Vec<String> =
        command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let help = || Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let command = command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(help())
        .arg(version)
        .subcommand_help_heading("命令");
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, own_help))
}

/// Replaces the built-in help flag of a subcommand and of those below it.
fn own_help(command: Command) -> Command {
    let names: Vec<String> =
        command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let command = command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .arg(help)
        .subcommand_help_heading("命令");
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, own_help))
}

/// Translates a command and those below it; `path` is its name after that of the one above it.
fn translate(mut command: Command, path: &str) -> Command {
    let ids: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    for id in ids {
        command = command.mut_arg(&id, |arg| {
            let heading = if arg.is_positional() { "参数" } else { "选项" };
            let default = arg.get_default_values().first().map(|value| value.to_owned());
            let twin = argument(path, &id).unwrap_or_default();
            let help = match default.as_ref().and_then(|value| value.to_str()) {
                Some(value) if !value.is_empty() && arg.get_action().takes_values() => {
                    format!("{twin}（默认 {value}）")
                }
                _ => twin.to_owned(),
            };
            let takes_values = arg.get_action().takes_values();
            let arg = arg.help(help).help_heading(heading);
            if takes_values { arg.hide_possible_values(true).hide_default_value(true) } else { arg }
        });
    }
    let subcommands: Vec<String> =
        command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for sub in subcommands {
        let below = below(path, &sub);
        command = command.mut_subcommand(sub, |command| translate(command, &below));
    }
    let about = find(path).or_else(|| find(last(path))).unwrap_or_default();
    command.about(about).help_template("{about}\n\n用法：{usage}\n\n{all-args}{after-help}\n")
}

/// The path of a command below another.
fn below(path: &str, name: &str) -> String {
    if path == "shujian" { name.to_owned() } else { format!("{path} {name}") }
}

/// The name at the end of a path.
fn last(path: &str) -> &str {
    path.rsplit(' ').next().unwrap_or(path)
}

fn argument(path: &str, id: &str) -> Option<&'static str> {
    [path, last(path), "*"].into_iter().find_map(|command| find(&format!("{command}/{id}")))
}

fn find(key: &str) -> Option<&'static str> {
    ZH.iter().find(|(known, _)| *known == key).map(|(_, zh)| *zh)
}

/// Prints help or version, or says what is wrong with the arguments.
pub(crate) fn refuse(error: &Error, lang: Lang) -> ExitCode {
    if !error.use_stderr() {
        let _unwritable = error.print();
        return ExitCode::SUCCESS;
    }
    match (lang, error.kind()) {
        (Lang::En, _) | (_, ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand) => {
            let _unwritable = error.print();
        }
        (Lang::Zh, kind) => output::to_stderr(&chinese(error, kind)),
    }
    ExitCode::from(2)
}

/// What an argument of a command is for, by its spelling in an error, such as `--memory <BYTES>`.
fn twin_of(command: &str, spelling: &str) -> Option<&'static str> {
    let long = spelling.strip_prefix("--")?.split([' ', '=']).next()?;
    argument(command, &long.replace('-', "_"))
}

fn chinese(error: &Error, kind: ErrorKind) -> String {
    let what = match kind {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "参数值无效",
        ErrorKind::UnknownArgument => "没有这个参数",
        ErrorKind::InvalidSubcommand => "没有这个命令",
        ErrorKind::MissingRequiredArgument => "缺少必需的参数",
        ErrorKind::MissingSubcommand => "缺少命令",
        ErrorKind::ArgumentConflict => "参数互相冲突",
        ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues => "参数值的个数不对",
        _ => "参数不对",
    };
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(value)) => value.clone(),
        Some(ContextValue::Strings(values)) => values.join(" "),
        _ => String::new(),
    };
    let named = [
        context(ContextKind::InvalidArg),
        context(ContextKind::InvalidSubcommand),
        context(ContextKind::InvalidValue),
        context(ContextKind::PriorArg),
    ];
    let named: Vec<&str> =
        named.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    let valid = context(ContextKind::ValidValue);
    let mut message = format!("错误：{what}：{}\n", named.join(" "));
    if !valid.is_empty() {
        message.push_str(&format!("可用的值：{valid}\n"));
    }
    let command = subcommand(std::env::args().skip(1));
    if let Some(twin) = twin_of(&command, &context(ContextKind::InvalidArg)) {
        message.push_str(&format!("该参数：{twin}\n"));
    }
    let command = if command.is_empty() { command } else { command + " " };
    message.push_str(&format!("用法见 shujian {command}--help\n"));
    message
}

/// The command that the arguments name, with those above it; empty if there is none.
fn subcommand(args: impl Iterator<Item = String>) -> String {
    let mut command = Cli::command();
    let mut path: Vec<String> = Vec::new();
    for arg in args {
        if let Some(sub) = command.find_subcommand(&arg).cloned() {
            path.push(arg);
            command = sub;
        }
    }
    path.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks every command and argument of a command line with their paths.
    fn walk(command: &Command, path: &str, seen: &mut Vec<(String, Option<String>)>) {
        let about = command.get_about().map(ToString::to_string);
        seen.push((path.to_owned(), about));
        for arg in command.get_arguments() {
            let path = format!("{path}/{}", arg.get_id());
            seen.push((path, arg.get_help().map(ToString::to_string)));
        }
        for sub in command.get_subcommands() {
            walk(sub, &below(path, sub.get_name()), seen);
        }
    }

    #[test]
    fn every_command_and_argument_has_help_in_both_languages() {
        for lang in [Lang::Zh, Lang::En] {
            let mut command = command(lang);
            command.build();
            let mut seen = Vec::new();
            walk(&command, "shujian", &mut seen);
            assert!(seen.len() > 40, "{} only", seen.len());
            for (path, help) in seen {
                let help = help.unwrap_or_default();
                assert!(!help.is_empty(), "{path} has no help in {lang:?}");
                assert_eq!(help.is_ascii(), lang == Lang::En, "{path}: {help}");
            }
        }
    }

    #[test]
    fn a_refusal_points_at_the_command() {
        let of = |args: &[&str]| subcommand(args.iter().map(|arg| (*arg).to_owned()));
        assert_eq!(of(&["--lang", "zh", "grade", "data", "--threads", "0"]), "grade");
        assert_eq!(of(&["nothing"]), "");
    }

    #[test]
    fn no_twin_is_left_over() {
        let mut command = command(Lang::Zh);
        command.build();
        let mut seen = Vec::new();
        walk(&command, "shujian", &mut seen);
        for (key, _) in ZH {
            let suffix = key.strip_prefix('*');
            let used = seen.iter().any(|(path, _)| match suffix {
                Some(suffix) => path.ends_with(suffix),
                None => path == key || last(path) == *key,
            });
            assert!(used, "{key} belongs to nothing");
        }
    }

    #[test]
    fn chinese_help_holds_no_english_heading() {
        let mut command = command(Lang::Zh);
        let help = command.render_long_help().to_string();
        for heading in ["Usage:", "Options:", "Commands:", "Arguments:", "Print"] {
            assert!(!help.contains(heading), "{heading} in\n{help}");
        }
    }
}
