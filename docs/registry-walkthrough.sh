#!/usr/bin/env bash
# Walks the registry from an empty place to a verified end: one national project from approval to
# acceptance, one purchaser through two invoices to the voucher cap, one provincial dataset from
# card to award. `docs/registry-walkthrough.sh [PLACE]`; PLACE is a SQLite file or postgres://…
#
# SHUJIAN names the program, `shujian` if unset. It is a trial registry: every day is named.
set -euo pipefail
shujian=${SHUJIAN:-shujian}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SHUJIAN_DB=${1:-$work/shujian.db} SHUJIAN_KEYS=$work/keys

registry() { "$shujian" registry "$@"; }
# The same command by two persons: the first proposes, the second confirms.
both() { local a=$1 b=$2; shift 2; registry "$@" --as "$a"; registry "$@" --as "$b"; }
officers=(officer/li officer/wang)
finance=(finance/zhao finance/qian)
compute() { "$shujian" policy compute "$@" --issued 2026-03-01 --format json; }

echo "== accounts, organisations, money"
registry init --trial --origin registry.example/2026
on=2026-03-02
for account in officer/li officer/wang finance/zhao finance/qian expert/an expert/bo expert/ci; do
    registry enrol "$account" --on $on
done
hospital=91230102000000001J clinic=91230102000000002M exchange=91230102000000003Q
for pair in "$hospital=哈尔滨示例医院" "$clinic=齐齐哈尔示例诊所" "$exchange=哈尔滨示例数据交易所"; do
    registry create organisation number="${pair%%=*}" name="${pair#*=}" contact="张三 13800000000" --as officer/li
    registry transition "${pair%%=*}" verify verified_source=国家企业信用信息公示系统 verified_on=$on --as officer/li
done
registry enrol applicant/hospital --organisation $hospital
# The day of issue is set once, and no award may be computed with another.
both "${officers[@]}" transition registry policy issued=2026-03-01 source=政策文本
for measure in national-match data-voucher provincial-dataset; do
    registry create envelope measure=$measure year=2026 amount=30000000.00 \
        document=黑财预〔2026〕1号 dated=2026-01-05 --as finance/zhao
done

echo "== a national project: 120,000,000.00 approved, the match is capped at 10,000,000.00"
project=HLJ-NP-2026-0001
registry project organisation=$hospital name=医学影像多模态数据集 sector=health nominated_on=2026-01-15 \
    --as officer/li
registry transition $project state-approve document_no=国数资源〔2026〕12号 approved_on=2026-02-20 \
    authority=国家数据局 approved_investment=120000000.00 --as officer/li
compute national-match --base 120000000.00 --date $on --confirm state-approved > "$work/match.json"
both "${officers[@]}" award $project "$work/match.json"
both "${finance[@]}" pay $project
registry transition $project accept accepted_investment=119000000.00 accepted_on=2026-03-02 \
    document=国数验〔2026〕3号 dated=2026-03-02 --as officer/li
both "${finance[@]}" pay $project
registry transition $project close --as officer/li
registry show $project

echo "== one purchaser, two invoices: 6,000,000.00 and 5,000,000.00, the voucher ends at 1,000,000.00"
invoice() { # number, amount, sum of the year so far, granted so far
    local claim
    registry voucher purchaser=$clinic seller=$exchange name=气象数据接口 product=interface \
        contract_no=HT-2026-1 invoice_no="INV-$1" invoiced_on=2026-03-01 year=2026 transaction="$2" \
        --as officer/li
    claim=HLJ-DV-2026-000$1
    registry transition "$claim" verify document=核验记录-"$1" dated=$on --as officer/li
    compute data-voucher --base "$2" --prior "$3" --granted "$4" --confirm data-product --confirm unrelated \
        --date $on > "$work/voucher.json"
    both "${officers[@]}" award "$claim" "$work/voucher.json"
    both "${finance[@]}" pay "$claim"
    registry transition "$claim" close --as officer/li
}
invoice 1 6000000.00 0.00 0.00
invoice 2 5000000.00 6000000.00 600000.00
registry list voucher-claim

echo "== a provincial dataset, from card to award"
"$shujian" demo "$work/demo" > /dev/null
"$shujian" grade "$work/demo" --application "$work/demo/application.toml" --format json > "$work/card.json" || true
registry create batch name=2026年第一批 measure=provincial-dataset year=2026 opens_on=2026-03-01 \
    closes_on=2026-03-31 --as officer/li
registry transition HLJ-BA-2026-0001 open --as officer/li
dataset=HLJ-DS-2026-0001
registry apply batch=HLJ-BA-2026-0001 organisation=$hospital name=工业设备检修问答数据集 \
    sector=manufacturing requested=1500000.00 eligible_cost=2300000.00 --as applicant/hospital
registry transition $dataset submit --as applicant/hospital
registry transition $dataset check --as officer/li
registry transition $dataset pass --as officer/li
registry commit $dataset "$work/card.json" --as officer/li
for expert in expert/an expert/bo expert/ci; do
    registry transition $dataset assign expert=$expert --as officer/li
done
registry transition $dataset open-panel --as officer/wang
for expert in expert/an expert/bo expert/ci; do
    registry transition $dataset review points=70.5 opinion=同意机器评分 --as $expert
done
registry transition $dataset conclude --as officer/li
registry transition $dataset publish --as officer/li
grade=$(registry show $dataset --format json | grep -o '"grade": "[^"]*"' | cut -d'"' -f4)
later=2026-03-10
compute provincial-dataset --grade "$grade" --requested 1500000.00 --eligible-cost 2300000.00 \
    --other-public 0.00 --confirm batch --date $later > "$work/award.json"
both "${officers[@]}" award $dataset "$work/award.json" --on $later
both "${finance[@]}" pay $dataset
registry transition $dataset evaluate document=绩效评价报告 dated=$later --as officer/li
both "${finance[@]}" pay $dataset
registry transition $dataset close --as officer/li
registry show $dataset

echo "== anyone checks: the whole registry, and one payment without it"
registry verify
registry checkpoint > "$work/checkpoint"
registry prove $project -o "$work/project.tlog-proof"
registry check-proof "$work/project.tlog-proof" --log-key "$SHUJIAN_KEYS/log.pub"
registry verify --since "$work/checkpoint"
